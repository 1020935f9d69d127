//! Every code with a text that has it: what the documentation shows and the tests run.

use crate::lint::code::{Code, Example, Group, Severity};

/// The table, group by group. The mark `‸` stands before the place of the finding.
pub(super) static CODES: [Code; 75] = [
    Code {
        name: "yaml",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "The text is not YAML, or YAML that no rule can be.",
        remedy: None,
        example: Example::Keys(r#"author: ‸"C:\x"#),
        fixable: false,
    },
    Code {
        name: "document",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "A document or its metadata is wrong.",
        remedy: None,
        example: Example::Keys("date: ‸2024-13-01"),
        fixable: false,
    },
    Code {
        name: "detection",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "The detection section is wrong.",
        remedy: None,
        example: Example::Keys(
            r"detection:
    selection: ‸[]
    condition: selection",
        ),
        fixable: false,
    },
    Code {
        name: "modifier",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "A modifier is not known, or cannot stand where it stands.",
        remedy: None,
        example: Example::Items("        Image|‸contians: a"),
        fixable: false,
    },
    Code {
        name: "value",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "A value cannot be taken by its modifiers.",
        remedy: None,
        example: Example::Items("        Image|re: ‸'a('"),
        fixable: false,
    },
    Code {
        name: "condition",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "The condition is wrong.",
        remedy: None,
        example: Example::Keys(
            r"detection:
    selection:
        Image: a
    condition: ‸selektion",
        ),
        fixable: false,
    },
    Code {
        name: "reference",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "A rule that is referred to is not there, or is several.",
        remedy: None,
        example: Example::Whole(
            r"title: Example
correlation:
    type: event_count
    rules: ‸nobody
    group-by: User
    timespan: 1m
    condition: { gte: 3 }
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "correlation",
        group: Group::Loading,
        severity: Severity::Error,
        summary: "The correlation or filter section is wrong.",
        remedy: None,
        example: Example::Whole(
            r"title: Example
correlation:
    type: event_count
    rules: [a]
    group-by: User
    timespan: ‸soon
    condition: { gte: 3 }
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "no-document",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The text has no document.",
        remedy: Some("write a rule, or remove the file"),
        example: Example::Whole(
            r"# nothing yet
",
        ),
        fixable: false,
    },
    Code {
        name: "key-type",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A key is no string.",
        remedy: None,
        example: Example::Keys("‸12: twelve"),
        fixable: false,
    },
    Code {
        name: "empty-text",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A text that should say something is empty.",
        remedy: Some("write what it is"),
        example: Example::Keys("title: ‸''"),
        fixable: false,
    },
    Code {
        name: "missing-id",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The document has no id.",
        remedy: None,
        example: Example::Whole(
            r"‸title: Example
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "id-version",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The id is no random UUID.",
        remedy: Some("make a new one"),
        example: Example::Keys(
            r"title: Example
id: ‸6f3e2987-db24-1c78-a860-b4f4095a7095",
        ),
        fixable: false,
    },
    Code {
        name: "id-form",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The id is written in another form than usual.",
        remedy: None,
        example: Example::Keys(
            r"title: Example
id: ‸6F3E2987-DB24-4C78-A860-B4F4095A7095",
        ),
        fixable: true,
    },
    Code {
        name: "related-correlation",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A type of relation that the specification does not have.",
        remedy: Some("write one that the specification has, such as 'similar'"),
        example: Example::Keys(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
related:
    - id: 929a690e-bef0-4204-a928-ef5e620d6fcc
      type: ‸correlation",
        ),
        fixable: false,
    },
    Code {
        name: "taxonomy",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The fields are those of another taxonomy.",
        remedy: None,
        example: Example::Keys("taxonomy: ‸ecs"),
        fixable: false,
    },
    Code {
        name: "unsupported",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The rule says that it is not supported.",
        remedy: Some("split the rule, or remove it"),
        example: Example::Keys("status: ‸unsupported"),
        fixable: false,
    },
    Code {
        name: "deprecated-alone",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A deprecated rule names no other one.",
        remedy: Some("name the rule in 'related'"),
        example: Example::Keys("status: ‸deprecated"),
        fixable: false,
    },
    Code {
        name: "missing-level",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The document has no level.",
        remedy: Some("write 'level: medium', or how serious a match is"),
        example: Example::Whole(
            r"‸title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
",
        ),
        fixable: false,
    },
    Code {
        name: "date-slashes",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A date is written with slashes.",
        remedy: None,
        example: Example::Keys("date: ‸2024/1/31"),
        fixable: true,
    },
    Code {
        name: "modified-before-date",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The rule was modified before it was written.",
        remedy: Some("correct one of the two"),
        example: Example::Keys(
            r"date: 2024-02-01
modified: ‸2024-01-31",
        ),
        fixable: false,
    },
    Code {
        name: "item-type",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An item of a list is no string.",
        remedy: None,
        example: Example::Keys(
            r"falsepositives:
    - ‸12",
        ),
        fixable: false,
    },
    Code {
        name: "repeated-item",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An item stands in a list twice.",
        remedy: Some("drop one"),
        example: Example::Keys(
            r"falsepositives:
    - Backups
    - ‸Backups",
        ),
        fixable: true,
    },
    Code {
        name: "short-item",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An item is too short to say something.",
        remedy: Some("say it in words"),
        example: Example::Keys(
            r"falsepositives:
    - ‸x",
        ),
        fixable: false,
    },
    Code {
        name: "tag-form",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A tag has capitals, blanks or other characters.",
        remedy: Some("write it in lower case"),
        example: Example::Keys(
            r"tags:
    - ‸attack.Execution",
        ),
        fixable: true,
    },
    Code {
        name: "tag-namespace",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The part of a tag before the dot is not known.",
        remedy: Some("use a namespace of the specification"),
        example: Example::Keys(
            r"tags:
    - ‸atack.execution",
        ),
        fixable: false,
    },
    Code {
        name: "tag-name",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "The part of a tag after the dot is not known.",
        remedy: Some("correct the tag"),
        example: Example::Keys(
            r"tags:
    - ‸attack.t10",
        ),
        fixable: false,
    },
    Code {
        name: "logsource-form",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A part of the log source has unusual characters.",
        remedy: Some("write it in lower case"),
        example: Example::Keys(
            r"logsource:
    product: ‸Windows",
        ),
        fixable: false,
    },
    Code {
        name: "no-effect",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A key has no effect in a document of this kind.",
        remedy: None,
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules: [a]
    group-by: User
    timespan: 1m
    condition: { gte: 3, field: ‸User }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "nested-list",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A list stands in a list of a search identifier.",
        remedy: None,
        example: Example::Items(
            r"        - ‸- Image: a
          - Image: b
        - Image: c",
        ),
        fixable: false,
    },
    Code {
        name: "empty-list",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An empty list is read as null.",
        remedy: None,
        example: Example::Items("        Image: ‸[]"),
        fixable: true,
    },
    Code {
        name: "null-in-list",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "Null stands in a list of values.",
        remedy: None,
        example: Example::Items(
            r"        Image:
            - a
            - ‸null",
        ),
        fixable: false,
    },
    Code {
        name: "empty-in-list",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An empty string stands in a list of values.",
        remedy: None,
        example: Example::Items(
            r"        Image:
            - a
            - ‸''",
        ),
        fixable: false,
    },
    Code {
        name: "ambiguous-scalar",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A value without quotes is a number or boolean to some readers only.",
        remedy: None,
        example: Example::Items("        Image: ‸yes"),
        fixable: false,
    },
    Code {
        name: "unused-identifier",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "No condition uses the search identifier.",
        remedy: Some("use it in the condition, or remove it"),
        example: Example::Keys(
            r"detection:
    selection:
        Image: a
    ‸filter:
        Image: b
    condition: selection",
        ),
        fixable: false,
    },
    Code {
        name: "timeframe",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`timeframe` has no effect.",
        remedy: None,
        example: Example::Keys(
            r"detection:
    selection:
        Image: a
    ‸timeframe: 5m
    condition: selection",
        ),
        fixable: true,
    },
    Code {
        name: "keyword-name",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A search identifier is called as a keyword of conditions.",
        remedy: None,
        example: Example::Keys(
            r"detection:
    selection:
        Image: a
    ‸all:
        Image: b
    condition: selection or 1 of al*",
        ),
        fixable: false,
    },
    Code {
        name: "unknown-key",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A key of the correlation section is not known.",
        remedy: Some("drop it"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules: [a]
    group-by: User
    ‸timespam: 1m
    timespan: 1m
    condition: { gte: 3 }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "repeated-reference",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A correlation lists a rule twice.",
        remedy: Some("drop one"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules:
        ‸- a
        - a
    group-by: User
    timespan: 1m
    condition: { gte: 3 }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "no-group-by",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A correlation has no `group-by`.",
        remedy: Some("name the fields whose values make a group"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    ‸type: event_count
    rules: [a]
    timespan: 1m
    condition: { gte: 3 }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "generate-twice",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`generate` is given twice and differs.",
        remedy: Some("drop one"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules: [a]
    group-by: User
    generate: ‸true
    timespan: 1m
    condition: { gte: 3 }
generate: false
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "filter-without-not",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A filter without `not` lets rules fire only where it holds.",
        remedy: None,
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource:
    product: windows
filter:
    rules: any
    selection:
        User: adm
    condition: ‸selection
",
        ),
        fixable: false,
    },
    Code {
        name: "unknown-target",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A filter names a rule that is not loaded.",
        remedy: Some("correct the id or name"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource:
    product: windows
filter:
    rules:
        - ‸nobody
    selection:
        User: adm
    condition: not selection
",
        ),
        fixable: false,
    },
    Code {
        name: "correlation-target",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A filter names a correlation.",
        remedy: None,
        example: Example::Whole(
            r"title: Filter
id: d3a2b5f0-7f0e-4f6e-9c53-6a1f0d9f8a11
logsource:
    product: windows
filter:
    rules:
        - ‸c
    selection:
        User: adm
    condition: not selection
---
name: c
title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules: [a]
    group-by: User
    timespan: 1m
    condition: { gte: 3 }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "repeated-id",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "Two documents have the same id.",
        remedy: Some("give each its own id"),
        example: Example::Whole(
            r"title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
---
‸title: B
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        Image: b
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "repeated-name",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "Two documents have the same name.",
        remedy: Some("give each its own name"),
        example: Example::Whole(
            r"title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
---
‸title: B
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
name: a
logsource:
    product: windows
detection:
    selection:
        Image: b
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "alias-without-effect",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An alias maps a rule that the correlation does not list.",
        remedy: Some("list the rule, or drop the alias"),
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
correlation:
    type: event_count
    rules: [a]
    group-by: user
    aliases:
        user:
            a: User
            ‸b: TargetUser
    timespan: 1m
    condition: { gte: 3 }
level: low
---
title: A
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
---
title: B
id: 829a690e-bef0-4204-a928-ef5e620d6fcc
name: b
logsource:
    product: windows
detection:
    selection:
        Image: b
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "repeated-modifier",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A modifier is given twice.",
        remedy: None,
        example: Example::Items("        ‸Image|contains|contains: a"),
        fixable: true,
    },
    Code {
        name: "several-affixes",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`startswith` and `endswith` together mean `contains`.",
        remedy: None,
        example: Example::Items("        ‸Image|startswith|endswith: a"),
        fixable: true,
    },
    Code {
        name: "all-of-one",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`all` has only one value to link.",
        remedy: None,
        example: Example::Items("        ‸Image|contains|all: a"),
        fixable: true,
    },
    Code {
        name: "offset-without-contains",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`base64offset` compares with the whole value.",
        remedy: None,
        example: Example::Items("        ‸CommandLine|base64offset: http"),
        fixable: false,
    },
    Code {
        name: "regex-with-affix",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "A regular expression with `contains` and the like.",
        remedy: None,
        example: Example::Items("        ‸Image|re|startswith: a.c"),
        fixable: false,
    },
    Code {
        name: "exists-list",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`exists` with several values.",
        remedy: None,
        example: Example::Items(
            r"        ‸Image|exists:
            - true
            - false",
        ),
        fixable: false,
    },
    Code {
        name: "keyword-affix",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "`startswith` on keywords means `contains`.",
        remedy: None,
        example: Example::Items("        ‸'|startswith': a"),
        fixable: true,
    },
    Code {
        name: "empty-keyword",
        group: Group::Oddity,
        severity: Severity::Warning,
        summary: "An empty keyword matches almost every event.",
        remedy: None,
        example: Example::Items("        - ‸''"),
        fixable: false,
    },
    Code {
        name: "never-matches",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "No event matches the rule.",
        remedy: Some("correct one of the items; parts that must all hold exclude each other"),
        example: Example::Items(
            r"        ‸Image|exists: false
        Image: notepad",
        ),
        fixable: false,
    },
    Code {
        name: "filter-swallows",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "What is excluded includes all that is looked for.",
        remedy: Some("make the filter narrower"),
        example: Example::Keys(
            r"detection:
    selection:
        ‸Image|endswith: \cmd.exe
    filter:
        Image|endswith: .exe
    condition: selection and not filter",
        ),
        fixable: false,
    },
    Code {
        name: "needs-several-values",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "Only an event whose field has several values matches.",
        remedy: Some("drop 'all', or add 'contains'"),
        example: Example::Items(
            r"        ‸Image|all:
            - a
            - b",
        ),
        fixable: false,
    },
    Code {
        name: "identifier-never-decides",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "Without the search identifier the rule would match the same events.",
        remedy: Some("remove it, or correct what it was meant to add"),
        example: Example::Keys(
            r"detection:
    selection:
        Image|endswith: .exe
    ‸narrow:
        Image|endswith: \cmd.exe
    condition: selection or narrow",
        ),
        fixable: false,
    },
    Code {
        name: "item-never-decides",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "Without the item the rule would match the same events.",
        remedy: Some("remove it, or correct what it was meant to ask"),
        example: Example::Items(
            r"        Image|endswith: \cmd.exe
        ‸Image|contains: cmd",
        ),
        fixable: false,
    },
    Code {
        name: "alternative-never-decides",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "Without the alternative the rule would match the same events.",
        remedy: Some("remove it, or correct what it was meant to add"),
        example: Example::Items(
            r"        - Image|endswith: .exe
        - ‸Image|endswith: \cmd.exe
          User: adm",
        ),
        fixable: false,
    },
    Code {
        name: "value-never-decides",
        group: Group::Proof,
        severity: Severity::Note,
        summary: "Another value of the list makes a value superfluous.",
        remedy: Some("drop it, or the other one if it says too much"),
        example: Example::Items(
            r"        CommandLine|contains:
            - whoami
            - ‸whoami /all",
        ),
        fixable: true,
    },
    Code {
        name: "value-excluded",
        group: Group::Proof,
        severity: Severity::Warning,
        summary: "A value is looked for and excluded.",
        remedy: Some("drop it, or make the filter narrower"),
        example: Example::Keys(
            r"detection:
    selection:
        Image|endswith:
            - \cmd.exe
            - ‸\sc.exe
    filter:
        Image|endswith: \sc.exe
    condition: selection and not filter",
        ),
        fixable: false,
    },
    Code {
        name: "escaped-wildcard",
        group: Group::Surprise,
        severity: Severity::Warning,
        summary: "A backslash makes the wildcard after it a plain character.",
        remedy: Some(r"write '\\*' for a backslash and a wildcard"),
        example: Example::Items(r"        Image: ‸C:\Users\*\a.exe"),
        fixable: false,
    },
    Code {
        name: "regex-dot",
        group: Group::Surprise,
        severity: Severity::Warning,
        summary: "A dot in a domain of a regular expression is not escaped.",
        remedy: Some(r"write '\.'"),
        example: Example::Items("        CommandLine|re: ‸https?://evil.com/"),
        fixable: false,
    },
    Code {
        name: "wildcard-only",
        group: Group::Surprise,
        severity: Severity::Warning,
        summary: "A value is nothing but a wildcard.",
        remedy: Some("use 'exists: true', or drop the item"),
        example: Example::Items("        Image: ‸'*'"),
        fixable: false,
    },
    Code {
        name: "rare-field",
        group: Group::Surprise,
        severity: Severity::Warning,
        summary: "A field that no other rule of the log source uses is spelt almost like a common one.",
        remedy: None,
        example: Example::Whole(
            r"title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource:
    product: windows
detection:
    selection:
        ‸ComandLine: a
    condition: selection
level: low
---
title: Other 1
id: 129a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        CommandLine: other 1
    condition: selection
level: low
---
title: Other 2
id: 229a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        CommandLine: other 2
    condition: selection
level: low
---
title: Other 3
id: 329a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        CommandLine: other 3
    condition: selection
level: low
---
title: Other 4
id: 429a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        CommandLine: other 4
    condition: selection
level: low
---
title: Other 5
id: 529a690e-bef0-4204-a928-ef5e620d6fcc
logsource:
    product: windows
detection:
    selection:
        CommandLine: other 5
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "convention-missing",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "A key that SigmaHQ's rules have is missing.",
        remedy: Some("add it"),
        example: Example::Whole(
            r"‸title: Example
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
logsource:
    product: windows
detection:
    selection:
        Image: a
    condition: selection
level: low
",
        ),
        fixable: false,
    },
    Code {
        name: "convention-title-length",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "The title is long.",
        remedy: Some("say the rest in the description"),
        example: Example::Keys(
            "title: ‸Whoami by a Service That Was Started by Another Service Whose Binary Lies in a Folder That Everybody Can Write To and So On and On",
        ),
        fixable: false,
    },
    Code {
        name: "convention-title-words",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "The title says that the rule detects, which all do.",
        remedy: Some("name what is detected"),
        example: Example::Keys("title: ‸Detects whoami"),
        fixable: false,
    },
    Code {
        name: "convention-title-end",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "The title ends with a full stop.",
        remedy: Some("drop it"),
        example: Example::Keys("title: ‸Whoami in a service."),
        fixable: true,
    },
    Code {
        name: "convention-description",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "The description is very short.",
        remedy: Some("say what is detected and why it matters"),
        example: Example::Keys("description: ‸Whoami"),
        fixable: false,
    },
    Code {
        name: "convention-reference",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "A reference is no link.",
        remedy: Some("give a link; say the rest in the description"),
        example: Example::Keys(
            r"references:
    - ‸a friend",
        ),
        fixable: false,
    },
    Code {
        name: "convention-attack",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "No tag names a part of ATT&CK.",
        remedy: Some("add a tag such as 'attack.execution'"),
        example: Example::Keys(
            r"‸tags:
    - cve.2021-44228",
        ),
        fixable: false,
    },
    Code {
        name: "convention-tactic",
        group: Group::Convention,
        severity: Severity::Note,
        summary: "A technique is named without its tactic.",
        remedy: Some("add the tag of a tactic such as 'attack.execution'"),
        example: Example::Keys(
            r"‸tags:
    - attack.t1059",
        ),
        fixable: false,
    },
];
