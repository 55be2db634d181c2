//! Right and wrong alarms, and how early the right ones come.

use super::sample::Example;

/// What came of alarms, over many posts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Judged {
    /// Viral, with an alarm.
    pub caught: u32,
    /// Viral, without one.
    pub missed: u32,
    /// Not viral, with one.
    pub false_alarms: u32,
    /// Not viral, without one.
    pub quiet: u32,
    /// How long before they went viral those were known that were caught, in
    /// minutes, from the shortest to the longest.
    leads: Vec<f64>,
}

impl Judged {
    /// Those who give an alarm for some of the examples.
    pub fn of(examples: &[Example], alarm: impl Fn(&Example) -> bool) -> Judged {
        let mut judged = Judged::default();
        for example in examples {
            let count = match (example.is_viral(), alarm(example)) {
                (true, true) => {
                    judged.leads.extend(example.lead());
                    &mut judged.caught
                }
                (true, false) => &mut judged.missed,
                (false, true) => &mut judged.false_alarms,
                (false, false) => &mut judged.quiet,
            };
            *count += 1;
        }
        judged.leads.sort_by(f64::total_cmp);
        judged
    }

    /// Which share of the alarms was right; `None` without an alarm.
    pub fn precision(&self) -> Option<f64> {
        share(self.caught, self.false_alarms)
    }

    /// Which share of the viral ones was caught; `None` if there was none.
    pub fn recall(&self) -> Option<f64> {
        share(self.caught, self.missed)
    }

    /// Which share of the others gave an alarm, too; `None` if there was none.
    pub fn false_alarm_rate(&self) -> Option<f64> {
        share(self.false_alarms, self.quiet)
    }

    /// The harmonic mean of precision and recall: 0 for whoever catches nothing.
    pub fn f1(&self) -> f64 {
        let alarms = f64::from(2 * self.caught + self.false_alarms + self.missed);
        if alarms > 0.0 { f64::from(2 * self.caught) / alarms } else { 0.0 }
    }

    /// Which share was judged rightly: large for "always no" where few go viral.
    pub fn accuracy(&self) -> f64 {
        share(self.caught + self.quiet, self.missed + self.false_alarms).unwrap_or_default()
    }

    /// The median of the lead times, in minutes; `None` if nothing was caught.
    pub fn lead(&self) -> Option<f64> {
        self.leads.get(self.leads.len() / 2).copied()
    }
}

fn share(of: u32, others: u32) -> Option<f64> {
    (of + others > 0).then(|| f64::from(of) / f64::from(of + others))
}
