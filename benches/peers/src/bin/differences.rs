#[path = "../../../targets/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "../engines.rs"]
#[allow(dead_code)]
mod engines;
use engines::{Engine, RSigma, SigmaRust, Sigmatic};
use std::collections::BTreeMap;
fn main() {
    let mut a = std::env::args().skip(1);
    let folder = a.next().unwrap();
    let n: usize = a.next().unwrap().parse().unwrap();
    let n2: usize = a.next().unwrap().parse().unwrap();
    let c = corpus::Corpus::load(std::path::Path::new(&folder), n).unwrap();
    let mut ours = Sigmatic::new(&c.rules);
    for t in &c.rules { let id = t.lines().find_map(|l| l.strip_prefix("id: ")).unwrap_or("").to_owned();
        if let Err(e) = sigma_rust::rule_from_yaml(t) { println!("NOLOAD sr {id} {e:?}"); }
    }
    let mut rs = RSigma::new(&c.rules);
    let mut sr = SigmaRust::new(&c.rules);
    let ev: Vec<serde_json::Value> = c.lines.iter().map(|l| serde_json::from_str(l).unwrap()).collect();
    eprintln!("{} events {} {} {}", ev.len(), ours.len(), rs.len(), sr.len());
    let mut d: BTreeMap<(String, String, bool), (usize, String)> = BTreeMap::new();
    let step = (ev.len() / n2).max(1);
    let mut pairs = [0usize; 4];
    for (i, e) in ev.iter().enumerate() {
        let mine = ours.ids(e);
        let t = rs.ids(e);
        pairs[0] += mine.len(); pairs[1] += t.len();
        diff(&mut d, "rsigma", &mine, &t, e);
        if i % step == 0 { let t = sr.ids(e); pairs[2] += t.len(); pairs[3]+=mine.len(); diff(&mut d, "sigma-rust", &mine, &t, e); }
    }
    println!("matches {pairs:?}");
    for ((p, id, mine), (n, e)) in d { println!("{p} {id} only_ours={mine} {n} {e}"); }
}
fn diff(d: &mut BTreeMap<(String, String, bool), (usize, String)>, p: &str, a: &[String], b: &[String], e: &serde_json::Value) {
    for x in a { if !b.contains(x) { d.entry((p.into(), x.clone(), true)).or_insert_with(|| (0, e.to_string().chars().take(1500).collect())).0 += 1; } }
    for x in b { if !a.contains(x) { d.entry((p.into(), x.clone(), false)).or_insert_with(|| (0, e.to_string().chars().take(1500).collect())).0 += 1; } }
}
