//! Times of things done in turn, and their ratios round by round: machines drift, ratios less.

use std::hint::black_box;
use std::time::{Duration, Instant};

pub(crate) struct Series {
    per: usize,
    rows: Vec<(String, Vec<Duration>)>,
}

impl Series {
    /// `per`: by how many events a time is divided.
    pub(crate) fn new(per: usize) -> Self {
        Self {
            per,
            rows: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, name: &str, work: impl FnOnce() -> usize) {
        let start = Instant::now();
        black_box(work());
        let time = start.elapsed();
        match self.rows.iter_mut().find(|(row, _)| row == name) {
            Some((_, times)) => times.push(time),
            None => self.rows.push((name.to_owned(), vec![time])),
        }
    }
}

/// Prints minimum, median and maximum, and the ratio to the first row.
pub(crate) fn report(series: &Series) {
    println!(
        "\n| | min µs | median | max | ratio to the first row, median (min–max) |\n|---|---:|---:|---:|---:|"
    );
    let Some((_, first)) = series.rows.first() else {
        return;
    };
    for (name, times) in &series.rows {
        let micros = |time: &Duration| time.as_secs_f64() * 1e6 / series.per as f64;
        let [low, middle, high] = spread(times.iter().map(micros).collect());
        let ratio =
            |(time, first): (&Duration, &Duration)| time.as_secs_f64() / first.as_secs_f64();
        let [least, usual, most] = spread(times.iter().zip(first).map(ratio).collect());
        println!(
            "| {name} | {low:.3} | {middle:.3} | {high:.3} | {usual:.3} ({least:.3}–{most:.3}) |"
        );
    }
}

fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [0.0, 0.5, 1.0].map(|part| values[((values.len() as f64 - 1.0) * part).round() as usize])
}
