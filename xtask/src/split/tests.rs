//! The cut, on a program small enough to read. Whatever is called in whatever
//! order, the two halves do what the whole did, and the second is fetched once,
//! when it is needed.

use wasmi::{Caller, Engine, Extern, Func, Instance, Linker, Module, Store};

use super::{cut, parse};

/// `main` stays; `panel` and `words` have names that move; `helper` is called by
/// them only, and by itself; `shared` is called from both sides; `way` is what
/// only a table leads to; `lab_load` is the host's.
const WHOLE: &str = r#"(module
  (import "host" "fetch" (func $fetch))
  (table $functions 3 3 funcref)
  (memory $memory 1)
  (global $depth (mut i32) (i32.const 0))
  (elem (table $functions) (i32.const 1) func $way $shared)
  (data (i32.const 8) "\2a")
  (type $unary (func (param i32) (result i32)))
  (export "lab_load" (func $lab_load))
  (export "main" (func $main))
  (export "by_table" (func $by_table))
  (export "depth" (global $depth))
  (func $lab_load call $fetch)
  (func $main (param i32) (result i32)
    (i32.add (call $page::panel (local.get 0)) (call $shared (local.get 0))))
  (func $by_table (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 0) (local.get 1)))
  (func $page::panel (param i32) (result i32)
    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
    (i32.add (call $helper (local.get 0)) (i32.load8_u (i32.const 8))))
  (func $helper (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (call $shared (local.get 0))
                     (call $helper (i32.sub (local.get 0) (i32.const 1)))))))
  (func $shared (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  (func $page::panel::way (param i32) (result i32) (i32.add (local.get 0) (i32.const 1000)))
  (func $way (param i32) (result i32) (call $page::panel::way (local.get 0)))
)"#;

const MOVES: [&str; 1] = ["page::panel"];

/// What the host has: the second half, and how often it has been fetched.
struct Host {
    second: Vec<u8>,
    fetched: u32,
}

fn link(store: &mut Store<Host>, second: &[u8], first: &[(String, Extern)]) {
    let mut linker = Linker::new(store.engine());
    for (name, item) in first {
        linker.define("page", name, *item).unwrap();
    }
    let module = Module::new(store.engine(), second).unwrap();
    linker.instantiate_and_start(&mut *store, &module).unwrap();
}

/// Fetches the second half unless it is here, as `lab_load` in the page does.
fn fetch(mut caller: Caller<'_, Host>) {
    if caller.data().fetched > 0 || caller.data().second.is_empty() {
        return;
    }
    caller.data_mut().fetched += 1;
    let second = caller.data().second.clone();
    let names: Vec<String> = Module::new(caller.engine(), &second)
        .unwrap()
        .imports()
        .map(|i| i.name().to_owned())
        .collect();
    let mut linker = Linker::new(caller.engine());
    for name in names {
        let item = caller.get_export(&name).unwrap_or_else(|| panic!("{name} is not exported"));
        linker.define("page", &name, item).unwrap();
    }
    let module = Module::new(caller.engine(), &second).unwrap();
    linker.instantiate_and_start(&mut caller, &module).unwrap();
}

fn start(first: &[u8], second: Vec<u8>) -> (Store<Host>, Instance) {
    let engine = Engine::default();
    let mut store = Store::new(&engine, Host { second, fetched: 0 });
    let mut linker = Linker::new(&engine);
    let host = Func::wrap(&mut store, fetch);
    linker.define("host", "fetch", host).unwrap();
    let module = Module::new(&engine, first).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    (store, instance)
}

fn whole() -> Vec<u8> {
    wat::parse_str(WHOLE).unwrap()
}

fn main_of(store: &mut Store<Host>, instance: &Instance, n: i32) -> i32 {
    instance.get_typed_func::<i32, i32>(&*store, "main").unwrap().call(store, n).unwrap()
}

fn by_table(store: &mut Store<Host>, instance: &Instance, n: i32, slot: i32) -> i32 {
    let call = instance.get_typed_func::<(i32, i32), i32>(&*store, "by_table").unwrap();
    call.call(store, (n, slot)).unwrap()
}

/// The squares up to 3 (14), the byte in memory (42), and 3 squared.
#[test]
fn two_halves_do_what_the_whole_does() {
    let (mut store, instance) = start(&whole(), Vec::new());
    assert_eq!(main_of(&mut store, &instance, 3), 14 + 42 + 9);
    let (first, second) = cut(&whole(), &MOVES).unwrap();
    let (mut store, instance) = start(&first, second);
    assert_eq!(store.data().fetched, 0);
    assert_eq!(by_table(&mut store, &instance, 5, 2), 25, "what stays needs nothing");
    assert_eq!(store.data().fetched, 0);
    assert_eq!(main_of(&mut store, &instance, 3), 14 + 42 + 9);
    assert_eq!(main_of(&mut store, &instance, 2), 5 + 42 + 4);
    assert_eq!(store.data().fetched, 1);
    // The second half has the first one's globals.
    let depth = instance.get_global(&store, "depth").unwrap().get(&store);
    assert_eq!(depth.i32(), Some(2));
}

#[test]
fn what_a_table_leads_to_is_fetched_too() {
    let (first, second) = cut(&whole(), &MOVES).unwrap();
    let (mut store, instance) = start(&first, second);
    assert_eq!(by_table(&mut store, &instance, 7, 1), 1007);
    assert_eq!(store.data().fetched, 1);
}

/// Ahead of time, the way the page does it when it is idle.
#[test]
fn what_has_been_fetched_ahead_is_used() {
    let (first, second) = cut(&whole(), &MOVES).unwrap();
    let (mut store, instance) = start(&first, Vec::new());
    let exports: Vec<(String, Extern)> = instance
        .exports(&store)
        .map(|export| (export.name().to_owned(), export.into_extern()))
        .collect();
    link(&mut store, &second, &exports);
    assert_eq!(main_of(&mut store, &instance, 3), 14 + 42 + 9);
    assert_eq!(store.data().fetched, 0);
}

/// The names of a module's own functions.
fn own(wasm: &[u8]) -> Vec<String> {
    let module = parse(wasm).unwrap();
    let mut names: Vec<String> =
        module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone()).collect();
    names.sort();
    names
}

#[test]
fn what_only_the_second_half_calls_goes_along() {
    let (first, second) = cut(&whole(), &MOVES).unwrap();
    assert_eq!(own(&second), ["helper", "page::panel", "page::panel::way"]);
    // In the first there are stubs in their places, and `helper` is gone.
    let first = own(&first);
    assert!(!first.contains(&"helper".to_owned()), "{first:?}");
    for name in ["main", "shared", "way", "lab_load"] {
        assert!(first.contains(&name.to_owned()), "{name}: {first:?}");
    }
}

#[test]
fn the_loader_and_what_it_calls_stay() {
    let (_, second) = cut(&whole(), &["page::panel", "lab_load", "main"]).unwrap();
    assert_eq!(own(&second), ["helper", "page::panel", "page::panel::way"]);
}

#[test]
fn without_names_nothing_is_cut() {
    assert!(cut(&whole(), &["nowhere"]).unwrap_err().to_string().contains("no names"));
}
