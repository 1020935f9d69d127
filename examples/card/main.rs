use sigmatic::card::Corpus;
use sigmatic::{Collection, RuleSet, Placeholders};
fn main() {
    let mut loader = Collection::loader();
    for p in std::env::args().skip(1) { loader = loader.path(p); }
    let t = std::time::Instant::now();
    let c = loader.load();
    let rules = RuleSet::builder().collection(&c).placeholders(Placeholders::new()).build().unwrap();
    println!("{} rules {:?}", rules.len(), t.elapsed());
    let t = std::time::Instant::now();
    let corpus = Corpus::new(&rules);
    println!("corpus {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let cards: Vec<_> = (0..corpus.len()).map(|i| corpus.card(i).unwrap()).collect();
    println!("cards {:?}", t.elapsed());
    let sum = |f: &dyn Fn(&sigmatic::card::RuleCard) -> usize| cards.iter().map(|c| f(c)).sum::<usize>();
    println!("broader {} stricter {} equiv {} dup {} undecided {} notsearched {}", sum(&|c| c.neighbours.broader.len()), sum(&|c| c.neighbours.stricter.len()), sum(&|c| c.neighbours.equivalent.len()), sum(&|c| c.neighbours.duplicates.len()), sum(&|c| c.neighbours.undecided.len()), sum(&|c| usize::from(!c.neighbours.searched)));
    println!("strict unknown {}", sum(&|c| c.neighbours.broader.iter().filter(|b| b.witness.is_none()).count()));
    let mut kinds = std::collections::BTreeMap::new();
    for c in &cards { for v in &c.verdicts { kinds.entry(v.kind).or_insert_with(Vec::new).push((c, v)); } }
    for (k, v) in &kinds { println!("{k:?} {}", v.len()); for (c, v) in v.iter().take(12) { println!("    {} | {} | {:?}", c.header.title, v.message, v.places.first().map(|p| p.line)); } }
    for c in &cards { for b in c.neighbours.broader.iter().take(1) { if c.index % 40 == 0 { println!("{} -> {}: {:?} W {:?}", c.header.title, b.rule.title, b.differences, b.witness.as_ref().map(|w| w.to_string())); } } 
       if !c.neighbours.searched { println!("NOT SEARCHED {}", c.header.title); }
       for d in &c.neighbours.duplicates { println!("DUP {} = {}", c.header.title, d.title); }
       for d in &c.neighbours.equivalent { println!("EQ {} = {}", c.header.title, d.title); }
       for d in &c.neighbours.undecided { println!("UNDECIDED {} = {}", c.header.title, d.title); }
       for e in &c.events { if e.title.is_none() && e.event_id.is_some() { println!("NOTITLE {} {} {:?}", e.provider, e.channel, e.event_id); } }
    }
}
