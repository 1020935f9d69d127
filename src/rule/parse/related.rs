//! The list `related` (S-042, S-043).

use crate::error::RuleDetail;
use crate::rule::parse::metadata::Fields;
use crate::rule::{Related, RelatedType, RuleId};
use crate::syntax::Node;

impl Fields<'_, '_, '_> {
    /// The entries; none of them if one is wrong.
    pub(super) fn related(&mut self) -> Vec<Related> {
        let Some(items) = self.list("related") else {
            return Vec::new();
        };
        let related: Vec<Option<Related>> =
            items.iter().map(|item| self.related_item(item)).collect();
        related
            .into_iter()
            .collect::<Option<_>>()
            .unwrap_or_default()
    }

    fn related_item(&mut self, item: &Node) -> Option<Related> {
        if item.as_map().is_none() {
            let detail = RuleDetail::WrongType {
                key: "related",
                found: item.kind_name(),
                expected: "a list of maps with 'id' and 'type'",
            };
            self.reader.metadata_error(detail, item);
            return None;
        }
        let id = self
            .related_text(item, "id")
            .and_then(|(text, value)| self.uuid("id", text, value));
        let kind = self
            .related_text(item, "type")
            .and_then(|(text, value)| self.related_type(text, value));
        Some(Related {
            id: RuleId::from_uuid(id?),
            kind: kind?,
        })
    }

    fn related_text<'i>(
        &mut self,
        item: &'i Node,
        key: &'static str,
    ) -> Option<(&'i str, &'i Node)> {
        let Some(value) = item.get(key).filter(|value| !value.is_null()) else {
            self.reader
                .metadata_error(RuleDetail::RelatedKey { key }, item);
            return None;
        };
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type(key, value, "a string");
        }
        Some((text?, value))
    }

    fn related_type(&mut self, text: &str, value: &Node) -> Option<RelatedType> {
        let kind = self
            .word("type", text, value, &RelatedType::NAMES)
            .and_then(RelatedType::from_name);
        if kind == Some(RelatedType::Correlation) {
            self.reader.warning(RuleDetail::RelatedCorrelation, value);
        }
        kind
    }
}
