use super::*;
fn options() -> RegexOptions {
    RegexOptions { ignore_case: false, multi_line: false, dot_all: false, anchor_start: false, anchor_end: false, max_pattern_bytes: 32<<10, max_memory: 10<<20 }
}
#[test]
fn differential() {
    use std::io::{BufRead, Write};
    let Ok(path) = std::env::var("DIFF_IN") else { return };
    let out = std::env::var("DIFF_OUT").unwrap();
    let mut out = std::io::BufWriter::new(std::fs::File::create(out).unwrap());
    for line in std::io::BufReader::new(std::fs::File::open(path).unwrap()).lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let flags = v["f"].as_str().unwrap();
        let o = RegexOptions { ignore_case: flags.contains('i'), multi_line: flags.contains('m'), dot_all: flags.contains('s'), ..options() };
        let p = v["p"].as_str().unwrap();
        let r = match Regex::new(p, &o) {
            Err(e) => serde_json::json!({"err": e.to_string()}),
            Ok(r) => {
                let lits = r.required_literals(&|c: char| c.to_lowercase().next().unwrap());
                let mut cache = r.cache();
                let m: Vec<_> = v["t"].as_array().unwrap().iter().map(|t| {
                    let t = t.as_str().unwrap();
                    let f = r.find(t);
                    assert_eq!(f.is_some(), r.is_match(&mut cache, t), "{p:?} {t:?}");
                    assert_eq!(f.is_some(), r.is_match_pooled(t), "{p:?} {t:?}");
                    if f.is_some() && let Some(l) = &lits { let low: String = t.chars().map(|c| c.to_lowercase().next().unwrap()).collect();
                        assert!(l.iter().any(|x| low.contains(x.as_str())), "{p:?} {t:?} {l:?}"); }
                    f.map(|r| vec![r.start, r.end])
                }).collect();
                serde_json::json!({"m": m, "mem": r.heap_bytes(), "lits": lits})
            }
        };
        writeln!(out, "{r}").unwrap();
    }
}
#[test]
fn corpus_cost() {
    let Ok(path) = std::env::var("CORPUS_RE") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let pats: Vec<(String, String)> = text.lines().map(|l| { let v: serde_json::Value = serde_json::from_str(l).unwrap(); (v["p"].as_str().unwrap().to_owned(), v["f"].as_str().unwrap().to_owned()) }).collect();
    for round in 0..3 {
        let t = std::time::Instant::now();
        let res: Vec<Regex> = pats.iter().map(|(p, f)| { let o = RegexOptions { ignore_case: f.contains('i'), multi_line: f.contains('m'), dot_all: f.contains('s'), ..options() }; Regex::new(p, &o).unwrap() }).collect();
        let built = t.elapsed();
        let t = std::time::Instant::now();
        let lits: Vec<_> = res.iter().map(|r| r.required_literals(&|c: char| c.to_lowercase().next().unwrap())).collect();
        let lt = t.elapsed();
        let mem: usize = res.iter().map(Regex::heap_bytes).sum();
        let t = std::time::Instant::now();
        let mut caches: Vec<_> = res.iter().map(Regex::cache).collect();
        let ct = t.elapsed();
        let cmem: usize = caches.iter().map(Cache::heap_bytes).sum();
        let t = std::time::Instant::now();
        let mut tr = std::time::Duration::ZERO;
        for (p, f) in &pats { let o = RegexOptions { ignore_case: f.contains('i'), ..options() }; let t = std::time::Instant::now(); std::hint::black_box(translate(p, &o).is_ok()); tr += t.elapsed(); }
        let _ = t;
        let texts: Vec<String> = std::env::var("TEXTS").ok().map(|p| std::fs::read_to_string(p).unwrap().lines().map(str::to_owned).collect()).unwrap_or_default();
        let t = std::time::Instant::now();
        let mut n = 0;
        for (r, c) in res.iter().zip(&mut caches) { for x in &texts { n += usize::from(r.is_match(c, x)); } }
        let mt = t.elapsed();
        let bytes: usize = texts.iter().map(String::len).sum();
        let cmem2: usize = caches.iter().map(Cache::heap_bytes).sum();
        println!("{} patterns: build {built:?} (translate {tr:?}), literals {lt:?}, memory {mem}, largest {:?}, caches {cmem} in {ct:?}; after {} texts ({bytes} B) {n} hits in {mt:?}: caches {cmem2} largest {:?}", res.len(), res.iter().map(Regex::heap_bytes).max(), texts.len(), caches.iter().map(Cache::heap_bytes).max());
        if round == 0 {
            let mut by: Vec<_> = res.iter().map(|r| (r.heap_bytes(), r.source())).collect(); by.sort(); by.reverse();
            for b in by.iter().take(5) { println!("{b:?}"); }
            println!("without literals: {}", lits.iter().filter(|l| l.is_none()).count());
            for (r, l) in res.iter().zip(&lits) { println!("  {} -> {:?}", r.source(), l); }
        }
    }
}
