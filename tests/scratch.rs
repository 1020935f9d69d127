//! temporary
use sigmatic::collection::Collection;
#[test]
fn conformance() {
    let mut bad = 0;
    for name in [
        "metadata",
        "yaml",
        "detection",
        "conditions",
        "correlations",
        "filters",
        "keywords",
        "other",
        "values",
        "fields",
    ] {
        let text =
            std::fs::read_to_string(format!("/work/shared/conformance/{name}.json")).unwrap();
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        for case in cases {
            let lenient = case["lenient"].as_bool().unwrap_or(false);
            let loaded = Collection::loader()
                .lenient(lenient)
                .text(
                    case["name"].as_str().unwrap(),
                    case["rule"].as_str().unwrap(),
                )
                .load()
                .unwrap();
            let err = loaded.errors().count();
            let want = case["error"].as_bool().unwrap_or(false);
            if want != (err > 0) {
                bad += 1;
                println!(
                    "{name}: {} want error {want}: {:?}",
                    case["name"],
                    loaded.problems()
                );
            }
            if case["warn"].as_bool().unwrap_or(false) && loaded.warnings().count() == 0 {
                println!("{name}: {} want warn", case["name"]);
            }
            if want {
                for e in loaded.errors() {
                    println!("    {e}");
                }
            }
        }
    }
    println!("bad {bad}");
}
#[test]
fn sigmahq() {
    for folder in [
        "rules",
        "rules-compliance",
        "rules-emerging-threats",
        "rules-placeholder",
        "rules-threat-hunting",
        "deprecated",
        "unsupported",
    ] {
        let t = std::time::Instant::now();
        let loaded = Collection::load(format!("/work/shared/corpus/sigmahq/{folder}")).unwrap();
        println!(
            "{folder}: {} rules, {} errors, {} warnings {:?}",
            loaded.rules().count(),
            loaded.errors().count(),
            loaded.warnings().count(),
            t.elapsed()
        );
        for e in loaded.errors().take(12) {
            println!("    {e}");
        }
        let mut kinds = std::collections::BTreeMap::new();
        for w in loaded.warnings() {
            let m = w.error().message();
            let k: String = m.split('\'').step_by(2).collect::<Vec<_>>().join("_");
            let e = kinds.entry(k).or_insert((0, w.to_string()));
            e.0 += 1;
        }
        for (k, (n, ex)) in kinds {
            println!("   {n} {k}   e.g. {ex}");
        }
    }
}
#[test]
fn roundtrip() {
    let mut texts = Vec::new();
    for name in [
        "metadata",
        "yaml",
        "detection",
        "conditions",
        "correlations",
        "filters",
        "keywords",
        "other",
        "values",
        "fields",
        "regex",
        "string-modifiers",
        "modifier-chains",
        "wildcards",
    ] {
        let text =
            std::fs::read_to_string(format!("/work/shared/conformance/{name}.json")).unwrap();
        let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        for case in cases {
            texts.push(
                Collection::loader()
                    .text(
                        case["name"].as_str().unwrap(),
                        case["rule"].as_str().unwrap(),
                    )
                    .load()
                    .unwrap(),
            );
        }
    }
    for folder in [
        "rules",
        "rules-emerging-threats",
        "rules-placeholder",
        "deprecated",
        "unsupported",
    ] {
        texts.push(Collection::load(format!("/work/shared/corpus/sigmahq/{folder}")).unwrap());
    }
    let mut n = 0;
    for c in &texts {
        for d in c.documents() {
            let yaml = d.to_yaml().unwrap();
            let v = serde_yaml::to_value(d).unwrap();
            let back = sigmatic::rule::Document::from_yaml(&yaml)
                .unwrap_or_else(|e| panic!("{e}\n{yaml}"));
            assert_eq!(serde_yaml::to_value(&back).unwrap(), v, "{yaml}");
            let back: sigmatic::rule::Document = serde_yaml::from_value(v.clone()).unwrap();
            assert_eq!(serde_yaml::to_value(&back).unwrap(), v);
            let plain = serde_yaml::to_string(d).unwrap();
            match sigmatic::rule::Document::from_yaml(&plain) {
                Err(e) => println!("serde text: {e}"),
                Ok(b) => {
                    if serde_yaml::to_value(&b).unwrap() != v {
                        println!("differs {}", d.metadata().title)
                    }
                }
            }
            n += 1;
        }
    }
    println!("{n} round trips");
    println!(
        "{}",
        texts
            .last()
            .unwrap()
            .rules()
            .next()
            .unwrap()
            .to_yaml()
            .unwrap()
    );
}
