//! Where the picture is made: a player, a canvas for each lane, animation frames.
//!
//! Dots are drawn straight in the animation frame; the rest of the page is
//! told a few times a second, and at once when something was changed by hand.
//! Frames are asked for only while something moves or has changed, and the
//! figure can be seen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_render::{AnimationFrame, request_animation_frame};
use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Kind;
use web_sys::HtmlCanvasElement;
use yew::Callback;

use super::names;
use crate::player::{Lane, MAX_LANES, Player};
use crate::web;
use stampede_picture::cast::Cast;
use stampede_picture::dots::{Dot, Path, Shape};
use stampede_picture::layout::{Layout, Needs};
use stampede_picture::paint::{DARK, LIGHT, Palette, Picture};

/// Height kept free above the stations for their names, in CSS pixels.
fn top(needs: &Needs, w: f64) -> f64 {
    let rows = names::count(&needs.places, w) as f64;
    (8.0 + 38.0 * rows) * web::text_scale()
}

/// Milliseconds between two messages to the page while the picture moves.
const TELL: f64 = 100.0;
/// Longest step of one frame, in seconds: after a pause of the browser's the
/// playhead does not jump.
const LONGEST: f64 = 0.1;
/// From so many dots on, a lane shows a crowd: points, the denser the fuller.
const CROWD: usize = 20_000;
/// How long a dot's tail is when the picture stands still, in CSS pixels.
const TAIL: f32 = 14.0;
/// The same in a crowd.
const SHORT_TAIL: f32 = 4.0;
/// How far from a dot a click may be, in CSS pixels.
const REACH: f32 = 14.0;

/// Ties player, canvases and frames together.
pub struct Studio {
    player: RefCell<Player>,
    /// Players that have been replaced, and are being taken apart.
    replaced: RefCell<Vec<Player>>,
    surfaces: [RefCell<Option<Surface>>; MAX_LANES],
    frame: RefCell<Option<AnimationFrame>>,
    last: Cell<Option<f64>>,
    told: Cell<f64>,
    dark: Cell<bool>,
    /// Whether any of it can be seen.
    visible: Cell<bool>,
    /// A lane, and a request of it.
    selected: Cell<Option<(usize, u32)>>,
    tell: RefCell<Callback<()>>,
}

/// A lane's canvas.
struct Surface {
    canvas: HtmlCanvasElement,
    size: (f64, f64),
    picture: Picture,
    cast: Cast,
    drawn: Option<Drawn>,
}

/// What a picture shows besides the dots and their places: the playhead,
/// whether it is dark, whether it moves, who is marked, and pixels per CSS pixel.
type Drawn = (Nanos, bool, bool, Option<u32>, f64);

impl Studio {
    /// A studio for a player; `tell` is called when the page should show new
    /// numbers.
    pub fn new(player: Player, tell: Callback<()>) -> Rc<Studio> {
        Rc::new(Studio {
            player: RefCell::new(player),
            replaced: RefCell::default(),
            surfaces: Default::default(),
            frame: RefCell::default(),
            last: Cell::new(None),
            told: Cell::new(0.0),
            dark: Cell::new(false),
            visible: Cell::new(true),
            selected: Cell::new(None),
            tell: RefCell::new(tell),
        })
    }

    /// Reads or changes the player, then shows the result.
    pub fn with<T>(self: &Rc<Self>, change: impl FnOnce(&mut Player) -> T) -> T {
        let result = change(&mut self.player.borrow_mut());
        self.told.set(0.0);
        self.ask();
        result
    }

    /// Reads the player.
    pub fn read<T>(&self, view: impl FnOnce(&mut Player) -> T) -> T {
        view(&mut self.player.borrow_mut())
    }

    /// Takes the old player's place.
    pub fn replace(&self, player: &mut Player, new: Player) {
        self.replaced.borrow_mut().push(std::mem::replace(player, new));
    }

    /// Chooses the palette.
    pub fn set_dark(self: &Rc<Self>, dark: bool) {
        if self.dark.replace(dark) != dark {
            self.wake();
        }
    }

    /// Says whether any of the figure can be seen.
    pub fn set_visible(self: &Rc<Self>, visible: bool) {
        if self.visible.replace(visible) != visible {
            // What was missed is not made up for.
            self.last.set(None);
            self.wake();
        }
    }

    /// Marks a request of a lane, or none.
    pub fn select(self: &Rc<Self>, selected: Option<(usize, u32)>) {
        if self.selected.replace(selected) != selected {
            self.wake();
        }
    }

    /// What is at a point of a lane, in CSS pixels: a request's number, or a
    /// station's name.
    pub fn at(&self, lane: usize, x: f64, y: f64) -> Option<String> {
        let player = self.player.borrow();
        let surface = self.surfaces.get(lane)?.borrow();
        let surface = surface.as_ref()?;
        let at = player.at();
        let nearest = surface.cast.actors().map(|actor| {
            let dot = actor.path.dot(at);
            let (dx, dy) = (dot.x - x as f32, dot.y - y as f32);
            (dx * dx + dy * dy, actor.who)
        });
        let nearest = nearest.min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, who)) = nearest.filter(|(distance, _)| *distance <= REACH * REACH) {
            return Some(who.to_string());
        }
        let (w, h) = surface.size;
        let needs = player.lanes.get(lane)?.needs();
        let layout = Layout::new(w, h, top(&needs, w), &needs);
        layout.station(x, y).map(str::to_owned)
    }

    /// Gives a lane a canvas of a size in CSS pixels, or takes it away.
    pub fn set_surface(
        self: &Rc<Self>,
        lane: usize,
        canvas: Option<(HtmlCanvasElement, f64, f64)>,
    ) {
        let surface = canvas.map(|(canvas, w, h)| Surface {
            canvas,
            size: (w, h),
            picture: Picture::new(1.0, 1.0, 1.0, [1.0; 2]),
            cast: Cast::default(),
            drawn: None,
        });
        *self.surfaces[lane].borrow_mut() = surface;
        self.wake();
    }

    /// The places of a lane of a given size.
    pub fn layout(&self, lane: usize, w: f64, h: f64) -> Layout {
        let needs = self.player.borrow().lanes[lane].needs();
        Layout::new(w, h, top(&needs, w), &needs)
    }

    /// Asks for a frame if the figure can be seen.
    fn wake(self: &Rc<Self>) {
        if self.visible.get() {
            self.ask();
        }
    }

    /// Asks for a frame, unless one is coming.
    fn ask(self: &Rc<Self>) {
        let mut frame = self.frame.borrow_mut();
        if frame.is_none() {
            let studio = Rc::clone(self);
            *frame = Some(request_animation_frame(move |time| studio.on_frame(time)));
        }
    }

    fn on_frame(self: &Rc<Self>, time: f64) {
        self.frame.borrow_mut().take();
        let elapsed = self.last.get().map_or(0.0, |last| ((time - last) / 1e3).clamp(0.0, LONGEST));
        // Out of sight it is computed on, but does not move.
        let more = match self.visible.get() {
            true => self.player.borrow_mut().tick(elapsed),
            false => self.player.borrow_mut().compute_on(),
        };
        self.draw();
        self.last.set(more.then_some(time));
        if !more || time - self.told.get() >= TELL {
            self.told.set(time);
            let tell = self.tell.borrow().clone();
            tell.emit(());
        }
        if self.dismiss() || more {
            self.ask();
        }
    }

    /// Takes apart some of what has been replaced; true if there is more.
    fn dismiss(&self) -> bool {
        let mut replaced = self.replaced.borrow_mut();
        if replaced.last_mut().is_some_and(Player::dismiss) {
            replaced.pop();
        }
        !replaced.is_empty()
    }

    fn draw(&self) {
        let player = self.player.borrow();
        for (i, (lane, surface)) in player.lanes.iter().zip(&self.surfaces).enumerate() {
            if let Some(surface) = surface.borrow_mut().as_mut() {
                let selected = self.selected.get().filter(|(lane, _)| *lane == i);
                surface.draw(lane, &player, self.dark.get(), selected.map(|(_, who)| who));
            }
        }
    }
}

impl Surface {
    fn draw(&mut self, lane: &Lane, player: &Player, dark: bool, selected: Option<u32>) {
        let (w, h) = self.size;
        if w < 1.0 || h < 1.0 {
            return;
        }
        let needs = lane.needs();
        let layout = Layout::new(w, h, top(&needs, w), &needs);
        let (at, scale) = (player.at(), web::pixel_ratio());
        let changed = lane.cast(&mut self.cast, &layout, at);
        let drawn = Some((at, dark, player.is_playing(), selected, scale));
        // While it is computed, mostly what is not yet seen changes.
        if std::mem::replace(&mut self.drawn, drawn) == drawn && !changed {
            return;
        }
        let palette = if dark { &DARK } else { &LIGHT };
        let radii = [layout.dot, layout.slot_dot];
        if self.picture.fits(w, h, scale, radii) {
            self.picture.clear();
        } else {
            self.picture = Picture::new(w, h, scale, radii);
        }
        // A connection is taken from when it is given, not when the dot gets there.
        let slot = self.picture.radius(true) as f32;
        let taken = |path: &&Path| path.to_slot && path.moves(at);
        for path in self.cast.actors().map(|actor| &actor.path).filter(taken) {
            self.picture.ring(path.to, 0.6 * slot, palette[path.shape as usize]);
        }
        let crowd = self.cast.len() > CROWD;
        if !player.is_playing() {
            let length = if crowd { SHORT_TAIL } else { TAIL };
            for path in self.cast.actors().map(|actor| &actor.path).filter(|path| path.moves(at)) {
                let dot = path.dot(at);
                self.picture.tail([dot.x, dot.y], path.from, length, palette[dot.shape as usize]);
            }
        }
        if crowd {
            self.draw_crowd(at, palette)
        } else {
            self.draw_dots(at, palette)
        }
        if let Some(who) = selected {
            self.mark(lane, who, at, palette);
        }
        web::canvas::show(&self.canvas, &self.picture);
    }

    /// Each dot in its shape, what matters most on top.
    fn draw_dots(&mut self, at: Nanos, palette: &Palette) {
        let mut there = [false; Shape::ALL.len()];
        self.cast.actors().for_each(|actor| there[actor.path.shape as usize] = true);
        for shape in Shape::ALL.into_iter().filter(|shape| there[*shape as usize]) {
            for actor in self.cast.actors().filter(|actor| actor.path.shape == shape) {
                self.picture.splat(&actor.path.dot(at), palette);
            }
        }
    }

    /// Each dot as a point, but for those in slots.
    fn draw_crowd(&mut self, at: Nanos, palette: &Palette) {
        self.picture.crowd();
        for actor in self.cast.actors() {
            let Dot { x, y, shape, .. } = actor.path.dot(at);
            self.picture.point(x, y, shape);
        }
        self.picture.develop(palette);
        // Slots can be counted, however large the crowd is.
        for actor in self.cast.actors().filter(|actor| actor.path.to_slot) {
            let dot = actor.path.dot(at);
            if dot.in_slot {
                self.picture.splat(&dot, palette);
            }
        }
    }

    /// A ring around the request that is selected, and a line from whom it
    /// waits for.
    fn mark(&mut self, lane: &Lane, who: u32, at: Nanos, palette: &Palette) {
        let Some(path) = self.cast.path(who) else { return };
        let ink = palette[Shape::Asking as usize];
        let dot = path.dot(at);
        let radius = self.picture.radius(dot.in_slot) as f32 + 4.0;
        let scene = lane.scene(who, at).filter(|scene| scene.event.kind == Kind::Join);
        if let Some(leader) = scene.and_then(|scene| self.cast.path(scene.event.arg)) {
            let leader = leader.dot(at);
            let (from, to) = ([leader.x, leader.y], [dot.x, dot.y]);
            self.picture.tail(from, to, f32::MAX, palette[Shape::Leader as usize]);
        }
        self.picture.ring([dot.x, dot.y], radius, ink);
    }
}
