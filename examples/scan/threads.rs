//! One thread reads, some match, and the caller's takes the results in the order of the input.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::input::Batch;
use crate::matching::{Matcher, Outcome};

/// Batches that may wait in front of and behind each matching thread.
const WAITING: usize = 4;

/// Passes all batches that `read` sends through matchers to `take`, in order; returns what `read` returns.
///
/// Batches go to the threads in turn and results are taken in the same turn, so that the order needs no further
/// memory, and the output is the same with any number of threads.
pub(crate) fn scan<'a, T: Send>(
    threads: usize,
    matcher: impl Fn() -> Matcher<'a> + Sync,
    read: impl FnOnce(&mut dyn FnMut(Batch) -> bool) -> T + Send,
    mut take: impl FnMut(Outcome),
) -> T {
    thread::scope(|scope| {
        let mut inlets = Vec::new();
        let mut outlets = Vec::new();
        for _ in 0..threads {
            let (inlet, batches) = sync_channel(WAITING);
            let (results, outlet) = sync_channel(WAITING);
            let matcher = &matcher;
            scope.spawn(move || serve(matcher(), &batches, &results));
            inlets.push(inlet);
            outlets.push(outlet);
        }
        let reader = scope.spawn(move || {
            let mut turn = (0..inlets.len()).cycle();
            read(&mut |batch| {
                turn.next()
                    .is_some_and(|thread| inlets[thread].send(batch).is_ok())
            })
        });
        // The first thread in turn that has nothing left is the end.
        for outlet in outlets.iter().cycle() {
            let Ok(outcome) = outlet.recv() else { break };
            take(outcome);
        }
        reader.join().expect("the reader returns its errors")
    })
}

fn serve(mut matcher: Matcher<'_>, batches: &Receiver<Batch>, results: &SyncSender<Outcome>) {
    for batch in batches {
        if results.send(matcher.evaluate(&batch)).is_err() {
            break;
        }
    }
}
