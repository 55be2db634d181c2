//! How long requests took.

use crate::engine::Nanos;

/// Upper bounds, in nanoseconds, of the buckets of `request_duration_seconds`:
/// the default buckets of the Prometheus client libraries, with finer steps
/// below 5 ms, where a cache answers.
pub const BUCKETS: [u64; 14] = [
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// Response times, from the client's sending to its answer: exact count, sum,
/// minimum and maximum, exact counts in [`BUCKETS`], and quantiles to three
/// significant digits.
///
/// The quantiles are those of an HdrHistogram of three digits (its classes,
/// its rounding), but only pages of classes that something is in take memory:
/// a few kilobytes instead of 270, so that there can be many.
#[derive(Clone)]
pub struct Latency {
    /// By page: its number in `pages`, from 1.
    table: [u8; PAGES],
    pages: Vec<[u32; PAGE]>,
    count: u64,
    buckets: [u64; BUCKETS.len() + 1],
    sum: u128,
    min: u64,
    max: u64,
}

/// A [`Latency`] at rest: four bytes for each class of response times.
#[derive(Clone)]
pub struct Packed {
    /// The class above, how often below; often enough means twice.
    classes: Box<[u32]>,
    buckets: [u32; BUCKETS.len() + 1],
    sum: u128,
    min: u64,
    max: u64,
}

/// Classes to a page.
const PAGE: usize = 256;
/// Pages that all classes of 64 bits make.
const PAGES: usize = class(u64::MAX) / PAGE + 1;

/// Values below this have a class each; above, each doubling has half as many.
const FINE: u64 = 2048;

/// The class of a value: HdrHistogram's index for three significant digits.
const fn class(nanos: u64) -> usize {
    let halvings = (FINE - 1).leading_zeros() - (nanos | (FINE - 1)).leading_zeros();
    halvings as usize * (FINE as usize / 2) + (nanos >> halvings) as usize
}

/// The largest value of a class.
fn highest(class: usize) -> u64 {
    let half = FINE as usize / 2;
    let halvings = (class / half).saturating_sub(1);
    let after = (class - halvings * half + 1) as u128;
    ((after << halvings) - 1) as u64
}

impl Default for Latency {
    fn default() -> Latency {
        let (table, buckets) = ([0; PAGES], [0; BUCKETS.len() + 1]);
        Latency { table, pages: Vec::new(), count: 0, buckets, sum: 0, min: u64::MAX, max: 0 }
    }
}

impl Latency {
    /// Adds one response time.
    #[inline(always)]
    pub fn record(&mut self, span: Nanos) {
        let nanos = span.0;
        *self.class(class(nanos.max(1))) += 1;
        self.count += 1;
        // Most answers come from the cache, in one of the first buckets.
        let bucket = BUCKETS.iter().position(|bound| nanos <= *bound);
        self.buckets[bucket.unwrap_or(BUCKETS.len())] += 1;
        self.sum += u128::from(nanos);
        self.min = self.min.min(nanos);
        self.max = self.max.max(nanos);
    }

    #[inline(always)]
    fn class(&mut self, class: usize) -> &mut u32 {
        let page = match self.table[class / PAGE] {
            0 => self.new_page(class / PAGE),
            page => page as usize - 1,
        };
        &mut self.pages[page][class % PAGE]
    }

    #[cold]
    fn new_page(&mut self, page: usize) -> usize {
        self.pages.push([0; PAGE]);
        self.table[page] = self.pages.len() as u8;
        self.pages.len() - 1
    }

    /// Classes that something is in, in order, and how often.
    fn classes(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let pages = self.table.iter().enumerate().filter(|(_, number)| **number > 0);
        pages.flat_map(|(page, number)| {
            let counts = self.pages[*number as usize - 1].iter().enumerate();
            counts.filter(|(_, n)| **n > 0).map(move |(i, n)| (page * PAGE + i, *n))
        })
    }

    /// Adds all that others have recorded.
    pub fn add(&mut self, others: &Packed) {
        for packed in &others.classes {
            *self.class((packed >> 16) as usize) += packed & 0xffff;
        }
        self.count += others.buckets.iter().map(|n| u64::from(*n)).sum::<u64>();
        for (all, more) in self.buckets.iter_mut().zip(others.buckets) {
            *all += u64::from(more);
        }
        self.sum += others.sum;
        self.min = self.min.min(others.min);
        self.max = self.max.max(others.max);
    }

    /// The same in as little memory as it takes.
    pub fn packed(&self) -> Packed {
        let mut classes = Vec::new();
        for (class, mut count) in self.classes() {
            while count > 0 {
                let some = count.min(0xffff);
                classes.push((class as u32) << 16 | some);
                count -= some;
            }
        }
        let buckets = self.buckets.map(|n| n as u32);
        let Latency { sum, min, max, .. } = *self;
        Packed { classes: classes.into(), buckets, sum, min, max }
    }

    /// Calls `show` with every class of response times that there were, as its
    /// longest, and how many they were.
    pub fn each(&self, mut show: impl FnMut(Nanos, u32)) {
        for (class, count) in self.classes() {
            show(Nanos(highest(class)), count);
        }
    }

    /// How many were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The `q`-quantile (0 to 1): the smallest recorded time, to three digits,
    /// that at least a share `q` of the requests did not pass. Zero if empty.
    pub fn quantile(&self, q: f64) -> Nanos {
        let wanted = ((q.min(1.0) * self.count as f64).ceil() as u64).max(1);
        let mut passed = 0;
        let mut classes = self.classes();
        let found = classes.find(|(_, count)| {
            passed += u64::from(*count);
            passed >= wanted
        });
        Nanos(found.map_or(0, |(class, _)| highest(class).clamp(self.min, self.max)))
    }

    /// The shortest. Zero if empty.
    pub fn min(&self) -> Nanos {
        Nanos(if self.count == 0 { 0 } else { self.min })
    }

    /// The longest. Zero if empty.
    pub fn max(&self) -> Nanos {
        Nanos(self.max)
    }

    /// All of them added up, in nanoseconds.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The mean, in nanoseconds. Zero if empty.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum as f64 / self.count as f64 }
    }

    /// Counts per bucket of [`BUCKETS`] (not cumulative), and above the last.
    pub fn buckets(&self) -> &[u64; BUCKETS.len() + 1] {
        &self.buckets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_own_bucket() {
        // Prometheus: `le` is "less than or equal".
        let mut latency = Latency::default();
        for nanos in [500_000, 500_001, 1_000_000, 10_000_000_000, 10_000_000_001] {
            latency.record(Nanos(nanos));
        }
        let mut expected = [0; BUCKETS.len() + 1];
        (expected[0], expected[1], expected[13], expected[14]) = (1, 2, 1, 1);
        assert_eq!(latency.buckets(), &expected);
    }

    #[test]
    fn quantiles_of_one_to_a_thousand_milliseconds() {
        let mut latency = Latency::default();
        for ms in 1..=1000 {
            latency.record(Nanos::from_ms(f64::from(ms)));
        }
        for (q, ms) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0)] {
            let got = latency.quantile(q).ms();
            assert!((got - ms).abs() <= ms * 1e-3, "{q}: {got}");
        }
        assert_eq!(latency.max(), Nanos::from_ms(1000.0));
        assert_eq!(latency.min(), Nanos::from_ms(1.0));
        assert_eq!(latency.mean(), 500.5e6);
    }

    /// HdrHistogram itself says the same of the same values, at every quantile.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn it_is_an_hdr_histogram() {
        let mut random =
            crate::engine::streams::Stream::new(1, crate::engine::streams::Purpose::Think, 0);
        for most in [11, 12, 30, 41, 64] {
            let mut hdr = hdrhistogram::Histogram::<u64>::new(3).unwrap();
            hdr.auto(true);
            let mut latency = Latency::default();
            for _ in 0..3000 {
                // Of every size, and with a few at the edges of classes.
                let bits = (random.unit() * f64::from(most)) as u32;
                let value = (random.unit() * 2f64.powi(bits as i32)) as u64;
                for value in [value, 1 << bits, (1 << bits) - 1] {
                    hdr.record(value.max(1)).unwrap();
                    latency.record(Nanos(value));
                }
            }
            for q in (0..=1000).map(|i| f64::from(i) / 1000.0).skip(1) {
                let theirs = hdr.value_at_quantile(q).clamp(latency.min, latency.max);
                assert_eq!(latency.quantile(q), Nanos(theirs), "{q} below 2^{most}");
            }
        }
    }

    #[test]
    fn packing_loses_nothing() {
        let (mut latency, mut twice) = (Latency::default(), Latency::default());
        for nanos in (0..200_000).map(|i| if i < 100_000 { 7 } else { i * i }) {
            latency.record(Nanos(nanos));
            (0..2).for_each(|_| twice.record(Nanos(nanos)));
        }
        let mut unpacked = Latency::default();
        unpacked.add(&latency.packed());
        unpacked.add(&latency.packed());
        assert!(unpacked.classes().eq(twice.classes()));
        assert_eq!(unpacked.buckets, twice.buckets);
        let of = |l: &Latency| (l.count(), l.sum(), l.min(), l.max());
        assert_eq!(of(&unpacked), of(&twice));
    }

    #[test]
    fn empty_is_zero() {
        let latency = Latency::default();
        assert_eq!((latency.quantile(0.99), latency.min(), latency.max()), Default::default());
        assert_eq!(latency.mean(), 0.0);
    }
}
