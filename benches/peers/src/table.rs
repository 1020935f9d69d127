//! Times and ratios as a table.

use std::time::Duration;

/// Rows of times, one per round. The first row is what the others are held against.
pub struct Table {
    events: usize,
    rows: Vec<(&'static str, Vec<Duration>)>,
}

impl Table {
    pub fn new(events: usize) -> Self {
        Self {
            events,
            rows: Vec::new(),
        }
    }

    pub fn add(&mut self, name: &'static str, time: Duration) {
        match self.rows.iter_mut().find(|(row, _)| *row == name) {
            Some((_, times)) => times.push(time),
            None => self.rows.push((name, vec![time])),
        }
    }

    pub fn print(&self) {
        println!(
            "\n| | min µs/event | median | max | ratio to the first, median (min–max) |\n|---|---:|---:|---:|---:|"
        );
        let Some((_, first)) = self.rows.first() else {
            return;
        };
        for (name, times) in &self.rows {
            let micros = |time: &Duration| time.as_secs_f64() * 1e6 / self.events as f64;
            let [min, median, max] = spread(times.iter().map(micros).collect());
            let ratio =
                |(time, first): (&Duration, &Duration)| time.as_secs_f64() / first.as_secs_f64();
            let [low, middle, high] = spread(times.iter().zip(first).map(ratio).collect());
            println!(
                "| {name} | {min:.3} | {median:.3} | {max:.3} | {middle:.3} ({low:.3}–{high:.3}) |"
            );
        }
        println!();
    }
}

fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |part: f64| {
        values
            .get(((values.len() as f64 - 1.0) * part).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    [at(0.0), at(0.5), at(1.0)]
}
