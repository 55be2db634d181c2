//! A quota as tokens that come at a rate: a burst, then no faster than that.
//!
//! A *token bucket* keeps how many have been saved. *GCRA* (the generic cell
//! rate algorithm) gives the same answers from one instant: when the next
//! request is due if they come at just the rate. With T for how long a token
//! takes to come, and τ for what a burst is ahead of that: allow if
//! TAT − τ ≤ now, then TAT = max(TAT, now) + T.
//!
//! Semantics: golang.org/x/time/rate for the bucket; ITU-T I.371 for GCRA.

use super::quota::Rule;
use crate::engine::Nanos;

/// What has been saved, and when that was.
pub struct TokenBucket {
    /// What has been saved, as the time it took to come.
    saved: Nanos,
    since: Nanos,
}

impl TokenBucket {
    pub(super) fn full(rule: &Rule) -> TokenBucket {
        TokenBucket { saved: rule.worth(rule.burst), since: Nanos::ZERO }
    }

    pub(super) fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        self.saved = (self.saved + now.since(self.since)).min(rule.worth(rule.burst));
        self.since = now;
        let cost = rule.worth(n);
        if cost > self.saved {
            return Err(cost - self.saved);
        }
        self.saved = self.saved - cost;
        Ok((self.saved.0 / rule.each.0) as u32)
    }
}

/// TAT, the *theoretical arrival time*: when the next request is due.
#[derive(Default)]
pub struct Gcra(Nanos);

impl Gcra {
    pub(super) fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        // τ: so much earlier it may be here.
        let tolerance = rule.worth(rule.burst - n);
        if self.0 > now + tolerance {
            return Err(self.0 - (now + tolerance));
        }
        self.0 = self.0.max(now) + rule.worth(n);
        let ahead = self.0 - now;
        Ok((rule.worth(rule.burst).since(ahead).0 / rule.each.0) as u32)
    }
}
