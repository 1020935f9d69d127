//! Circles among references. Nodes are numbers; `targets` holds what each refers to.

/// The circles that references run in. A node belongs to at most one of those returned; what only leads to a circle, or
/// to several, may be in none.
///
/// # Cost
/// Linear in nodes and references, without recursion.
pub(super) fn circles(targets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let next = unsettled(targets);
    let mut seen_in: Vec<Option<usize>> = vec![None; targets.len()];
    let mut circles = Vec::new();
    for start in 0..targets.len() {
        // Every unsettled node has an unsettled target. Following the first one from any start must come back to a
        // node of this walk, which closes a circle, or to one of an earlier walk, whose circle is known.
        let mut walk = Vec::new();
        let mut node = start;
        while let (Some(Some(target)), Some(seen @ None)) = (next.get(node), seen_in.get_mut(node))
        {
            *seen = Some(start);
            walk.push(node);
            node = *target;
        }
        if let Some(entry) = walk.iter().position(|walked| *walked == node) {
            circles.push(walk.split_off(entry));
        }
    }
    circles
}

/// For each node that refers to a circle however indirectly, or is on one, a target of which the same is true.
fn unsettled(targets: &[Vec<usize>]) -> Vec<Option<usize>> {
    let sources = reversed(targets);
    let mut open: Vec<usize> = targets.iter().map(Vec::len).collect();
    let mut settled: Vec<usize> = (0..targets.len())
        .filter(|node| open.get(*node) == Some(&0))
        .collect();
    while let Some(node) = settled.pop() {
        for source in sources.get(node).into_iter().flatten() {
            if let Some(count) = open.get_mut(*source) {
                *count -= 1;
                if *count == 0 {
                    settled.push(*source);
                }
            }
        }
    }
    let is_open = |node: &usize| open.get(*node).is_some_and(|count| *count > 0);
    targets
        .iter()
        .map(|targets| targets.iter().copied().find(is_open))
        .collect()
}

/// The nodes that refer to a rejected one, directly or not, each with the target that is to blame. Those that are
/// rejected to begin with are left out.
pub(super) fn dependents(targets: &[Vec<usize>], rejected: &[bool]) -> Vec<(usize, usize)> {
    let sources = reversed(targets);
    let mut rejected = rejected.to_vec();
    let mut queue: Vec<usize> = (0..targets.len())
        .filter(|node| rejected.get(*node) == Some(&true))
        .collect();
    let mut found = Vec::new();
    while let Some(node) = queue.pop() {
        for source in sources.get(node).into_iter().flatten() {
            if let Some(is_rejected @ false) = rejected.get_mut(*source) {
                *is_rejected = true;
                found.push((*source, node));
                queue.push(*source);
            }
        }
    }
    found
}

fn reversed(targets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut sources = vec![Vec::new(); targets.len()];
    for (node, targets) in targets.iter().enumerate() {
        for target in targets {
            if let Some(sources) = sources.get_mut(*target) {
                sources.push(node);
            }
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::{circles, dependents};

    #[test]
    fn circles_and_what_leads_to_them() {
        // 0 → 1 → 2 → 1, 3 → 0, 4 alone, 5 ↔ 6.
        let targets = [
            vec![1],
            vec![2],
            vec![1],
            vec![4, 0],
            vec![],
            vec![6],
            vec![5],
        ]
        .to_vec();
        assert_eq!(circles(&targets), [vec![1, 2], vec![5, 6]]);
        let rejected = [false, true, true, false, false, false, false];
        assert_eq!(dependents(&targets, &rejected), [(0, 1), (3, 0)]);
    }
}
