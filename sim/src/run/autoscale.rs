//! An autoscaler at work: starts processes, and takes some out of service.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Site;
use crate::engine::Nanos;
use crate::protect::{App, Node};
use crate::scenario::{AutoscaleSpec, ScaleBy, Scenario};
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;
use crate::world::autoscale::Autoscaler;

/// The processes there are, and those that there could be.
struct Scaled {
    site: Rc<Site>,
    spec: AutoscaleSpec,
    autoscaler: RefCell<Autoscaler>,
    places: Vec<Place>,
}

/// A place for a process.
struct Place {
    stage: Cell<Stage>,
    /// When it was looked at last, and how much CPU had been used by then.
    seen: Cell<(Nanos, Nanos)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is sent there. Who is still in it is served.
    Out,
    /// On the way; which attempt it is.
    Starting(u32),
    /// It gets requests while it is up.
    In,
}

/// Takes those out of service that are not there at the start, and begins to
/// look.
pub(super) fn autoscale(site: &Rc<Site>, scenario: &Scenario) {
    let (spec, processes) = (scenario.autoscale.clone(), scenario.fleet.processes);
    let place = |id| {
        let stage = if id < processes { Stage::In } else { Stage::Out };
        Place { stage: Cell::new(stage), seen: Cell::default() }
    };
    let scaled = Rc::new(Scaled {
        site: Rc::clone(site),
        autoscaler: RefCell::new(Autoscaler::new(&spec, processes)),
        places: (0..scenario.most_processes()).map(place).collect(),
        spec,
    });
    for id in processes..scenario.most_processes() {
        let app = scaled.app(id as usize);
        app.process.up.set(false);
        app.serve(false);
    }
    site.world.spawn(async move {
        loop {
            let world = &scaled.site.world;
            world.core.sleep(Nanos::from_ms(scaled.spec.every_ms)).await;
            // Nothing happens after the end of a run.
            if world.is_over() {
                return;
            }
            scaled.look();
        }
    });
}

impl Scaled {
    fn app(&self, id: usize) -> Rc<App> {
        Rc::clone(&self.site.apps.borrow()[id])
    }

    fn look(self: &Rc<Scaled>) {
        let now = self.site.world.core.now();
        let (mut ready, mut unready) = (Vec::new(), 0);
        for (id, place) in self.places.iter().enumerate() {
            match place.stage.get() {
                Stage::Out => {}
                Stage::In if self.app(id).process.up.get() => ready.push(self.measure(id, now)),
                Stage::In | Stage::Starting(_) => unready += 1,
            }
        }
        let current = ready.len() as u32 + unready;
        let wanted = self.autoscaler.borrow_mut().decide(now, &ready, unready);
        if wanted == current {
            return;
        }
        self.site.world.recorder.note(now, Kind::Scale, WORLD, wanted);
        (current..wanted).for_each(|_| self.launch());
        (wanted..current).for_each(|_| self.retire());
    }

    /// How busy a process is.
    fn measure(&self, id: usize, now: Nanos) -> f64 {
        let app = self.app(id);
        let cpu = app.path.iter().find_map(|node| match node {
            Node::Compute(compute) => Some(compute.cpu()),
            _ => None,
        });
        match (self.spec.metric, cpu) {
            (ScaleBy::Cpu, Some(cpu)) => {
                let used = cpu.used();
                let (since, before) = self.places[id].seen.replace((now, used));
                let span = now.since(since).0.max(1) as f64 * f64::from(cpu.cores());
                used.since(before).0 as f64 / span
            }
            _ => f64::from(app.process.inside.get()),
        }
    }

    /// Starts a process in the place of one that is out of service, where fewest
    /// are still being served: those have had their time.
    fn launch(self: &Rc<Scaled>) {
        let inside = |id: &usize| self.app(*id).process.inside.get();
        let out = (0..self.places.len()).filter(|id| self.places[*id].stage.get() == Stage::Out);
        let Some(id) = out.min_by_key(inside) else { return };
        let app = self.app(id);
        app.note(Kind::Launch);
        let stage = Stage::Starting(app.stop());
        self.places[id].stage.set(stage);
        let scaled = Rc::clone(self);
        self.site.world.spawn(async move {
            let world = &scaled.site.world;
            world.core.sleep(Nanos::from_ms(scaled.spec.start_ms)).await;
            // It may not be wanted any more.
            if scaled.places[id].stage.get() == stage && !world.is_over() {
                scaled.ready(id);
            }
        });
    }

    /// A process has started, and knows nothing.
    fn ready(&self, id: usize) {
        let app = self.app(id);
        app.kept.reset();
        app.process.up.set(true);
        self.places[id].stage.set(Stage::In);
        self.measure(id, self.site.world.core.now());
        app.serve(true);
    }

    /// Takes a process out of service: one that is still starting if there is
    /// one, or the last.
    fn retire(&self) {
        let rank = |id: &usize| match self.places[*id].stage.get() {
            Stage::Out => 0,
            Stage::In => 1,
            Stage::Starting(_) => 2,
        };
        let Some(id) = (0..self.places.len()).max_by_key(rank) else { return };
        self.places[id].stage.set(Stage::Out);
        self.app(id).serve(false);
    }
}
