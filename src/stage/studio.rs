//! Where the picture is made: a player, two canvases, animation frames.
//!
//! Dots are drawn straight in the animation frame; the rest of the page is
//! told a few times a second, and at once when something was changed by hand.
//! Frames are asked for only while something moves or has changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_render::{AnimationFrame, request_animation_frame};
use web_sys::HtmlCanvasElement;
use yew::Callback;

use super::dots::{Dot, Shape, dot};
use super::layout::{Layout, Needs};
use super::paint::{DARK, LIGHT, Picture};
use crate::player::{Lane, Player};
use crate::web;

/// Height kept free above the stations for their names, in CSS pixels.
fn top(needs: &Needs, w: f64) -> f64 {
    if two_rows(needs.gates.len(), w) { 84.0 } else { 46.0 }
}

/// Whether the stations' names need a second row: there are many, or little
/// room for them.
pub fn two_rows(gates: usize, w: f64) -> bool {
    gates > 1 || (gates == 1 && w < 640.0)
}
/// Milliseconds between two messages to the page while the picture moves.
const TELL: f64 = 100.0;
/// Longest step of one frame, in seconds: after a pause of the browser's the
/// playhead does not jump.
const LONGEST: f64 = 0.1;

/// Ties player, canvases and frames together.
pub struct Studio {
    player: RefCell<Player>,
    surfaces: [RefCell<Option<Surface>>; 2],
    frame: RefCell<Option<AnimationFrame>>,
    last: Cell<Option<f64>>,
    told: Cell<f64>,
    dark: Cell<bool>,
    tell: RefCell<Callback<()>>,
}

/// A lane's canvas.
struct Surface {
    canvas: HtmlCanvasElement,
    size: (f64, f64),
    picture: Picture,
    dots: Vec<Dot>,
}

impl Studio {
    /// A studio for a player; `tell` is called when the page should show new
    /// numbers.
    pub fn new(player: Player, tell: Callback<()>) -> Rc<Studio> {
        Rc::new(Studio {
            player: RefCell::new(player),
            surfaces: Default::default(),
            frame: RefCell::default(),
            last: Cell::new(None),
            told: Cell::new(0.0),
            dark: Cell::new(false),
            tell: RefCell::new(tell),
        })
    }

    /// Reads or changes the player, then shows the result.
    pub fn with<T>(self: &Rc<Self>, change: impl FnOnce(&mut Player) -> T) -> T {
        let result = change(&mut self.player.borrow_mut());
        self.told.set(0.0);
        self.wake();
        result
    }

    /// Reads the player.
    pub fn read<T>(&self, view: impl FnOnce(&mut Player) -> T) -> T {
        view(&mut self.player.borrow_mut())
    }

    /// Chooses the palette.
    pub fn set_dark(self: &Rc<Self>, dark: bool) {
        if self.dark.replace(dark) != dark {
            self.wake();
        }
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
            dots: Vec::new(),
        });
        *self.surfaces[lane].borrow_mut() = surface;
        self.wake();
    }

    /// The places of a lane of a given size.
    pub fn layout(&self, lane: usize, w: f64, h: f64) -> Layout {
        let needs = self.player.borrow().lanes[lane].needs();
        Layout::new(w, h, top(&needs, w), &needs)
    }

    /// Asks for a frame, unless one is coming.
    fn wake(self: &Rc<Self>) {
        let mut frame = self.frame.borrow_mut();
        if frame.is_none() {
            let studio = Rc::clone(self);
            *frame = Some(request_animation_frame(move |time| studio.on_frame(time)));
        }
    }

    fn on_frame(self: &Rc<Self>, time: f64) {
        self.frame.borrow_mut().take();
        let elapsed = self.last.get().map_or(0.0, |last| ((time - last) / 1e3).clamp(0.0, LONGEST));
        let more = self.player.borrow_mut().tick(elapsed);
        self.draw();
        self.last.set(more.then_some(time));
        if !more || time - self.told.get() >= TELL {
            self.told.set(time);
            let tell = self.tell.borrow().clone();
            tell.emit(());
        }
        if more {
            self.wake();
        }
    }

    fn draw(&self) {
        let player = self.player.borrow();
        let palette = if self.dark.get() { &DARK } else { &LIGHT };
        for (lane, surface) in player.lanes.iter().zip(&self.surfaces) {
            if let Some(surface) = surface.borrow_mut().as_mut() {
                surface.draw(lane, &player, palette);
            }
        }
    }
}

impl Surface {
    fn draw(&mut self, lane: &Lane, player: &Player, palette: &super::paint::Palette) {
        let (w, h) = self.size;
        if w < 1.0 || h < 1.0 {
            return;
        }
        let needs = lane.needs();
        let layout = Layout::new(w, h, top(&needs, w), &needs);
        let scale = web::pixel_ratio();
        let radii = [layout.dot, layout.slot_dot];
        if self.picture.fits(w, h, scale, radii) {
            self.picture.clear();
        } else {
            self.picture = Picture::new(w, h, scale, radii);
        }
        self.dots.clear();
        let (at, pace) = (player.at(), lane.pace());
        lane.on_stage(at, |scene| self.dots.push(dot(&scene, &layout, at, pace)));
        for shape in Shape::ALL {
            for dot in self.dots.iter().filter(|dot| dot.shape == shape) {
                self.picture.splat(dot, palette);
            }
        }
        web::canvas::show(&self.canvas, &self.picture);
    }
}
