//! How many server processes there are.

use super::fields::{DAY, real, whole};
use super::section::{section, words};
use super::{Choice, Scenario};

section! {
    /// The autoscaler, as Kubernetes' HorizontalPodAutoscaler with its defaults.
    pub struct AutoscaleSpec in "autoscale" {
        /// At most so many processes. 0: there are always as many as at the start.
        max: u32 = 0, whole(0.0, 64.0);
        /// At least so many.
        min: u32 = 1, whole(1.0, 64.0);
        /// What is measured.
        metric: ScaleBy = ScaleBy::Cpu, ScaleBy::KIND;
        /// What it is to be, on average: the share of a process's cores that is
        /// busy, or requests in flight at each process.
        target: f64 = 0.5, real(0.001, 10_000.0);
        /// A measure this close to its target, as a share of it, changes nothing.
        tolerance: f64 = 0.1, real(0.0, 1.0);
        /// How often it is looked at. In each such period at most 4 processes are
        /// added, or as many as there are, whichever is more.
        every_ms: f64 = 15_000.0, real(1.0, DAY);
        /// There are as many processes as any look within this span asked for.
        stabilize_ms: f64 = 300_000.0, real(0.0, DAY);
        /// How long a process takes to start; until then it gets no requests.
        start_ms: f64 = 10_000.0, real(0.0, DAY);
    }
}

words! {
    /// What an autoscaler goes by.
    pub enum ScaleBy {
        /// How busy the CPU has been since the last look.
        Cpu = "cpu",
        /// Requests in flight now.
        InFlight = "in-flight",
    }
}

impl Scenario {
    /// How many processes there can be at most.
    pub fn most_processes(&self) -> u32 {
        self.fleet.processes.max(self.autoscale.max)
    }

    /// How many connections there can be to the database and its replicas, from all
    /// processes.
    pub fn most_connections(&self) -> u32 {
        self.db.pool * (1 + self.replicas.count) * self.most_processes()
    }

    /// Whether requests are not simply dealt in turn to the processes that are
    /// up.
    pub fn has_balancer(&self) -> bool {
        let fleet = &self.fleet;
        let asks = fleet.balance != Choice::RoundRobin;
        asks || fleet.check_ms > 0.0 || fleet.slow_start_ms > 0.0 || self.autoscale.max > 0
    }
}
