//! Short names for what a module and its glue call each other.

use anyhow::{Result, ensure};
use walrus::{Module, ModuleConfig};

/// Gives what the module and its glue call each other by short names. The long
/// ones end in fingerprints, which do not compress.
pub fn with_short_names(wasm: &[u8], mut script: String) -> Result<(Vec<u8>, String)> {
    let mut module = parse(wasm)?;
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let mut names: Vec<&mut String> =
        imports.chain(exports).filter(|name| ends_in_fingerprint(name)).collect();
    // Longer ones first: none may be the beginning of another.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for (i, name) in names.into_iter().enumerate() {
        let short = format!("w{i:03}");
        ensure!(script.contains(&**name), "the glue does not know {name}");
        script = script.replace(&**name, &short);
        *name = short;
    }
    Ok((module.emit_wasm(), script))
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(true).generate_producers_section(false);
    config.parse(wasm)
}

/// `__wbg_append_0123456789abcdef`, and a number where there are several.
fn ends_in_fingerprint(name: &str) -> bool {
    let name = match name.rsplit_once('_') {
        Some((rest, end)) if end.len() < 4 && end.parse::<u32>().is_ok() => rest,
        _ => name,
    };
    let end = name.rsplit('_').next().unwrap_or_default().trim_start_matches('h');
    end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ends_in_fingerprint, with_short_names};

    #[test]
    fn fingerprints_are_known() {
        assert!(ends_in_fingerprint("__wbg_append_0123456789abcdef"));
        assert!(ends_in_fingerprint("wasm_bindgen__closure__hf00dfeedf00dfeed"));
        assert!(ends_in_fingerprint("wasm_bindgen__closure__hf00dfeedf00dfeed_5"));
        assert!(!ends_in_fingerprint("__wbindgen_malloc"));
        assert!(!ends_in_fingerprint("work"));
    }

    /// The same name in both, and another one for each.
    #[test]
    fn module_and_glue_agree() {
        let module = wat::parse_str(
            r#"(module (import "./m" "__wbg_a_0123456789abcdef" (func))
                 (import "./m" "__wbg_a_b_0123456789abcdef" (func))
                 (import "./m" "__wbg_a_0123456789abcdef_2" (func)) (export "run" (func 0)))"#,
        );
        let glue = "__wbg_a_b_0123456789abcdef() __wbg_a_0123456789abcdef() __wbg_a_0123456789abcdef_2() run()";
        let (module, glue) = with_short_names(&module.unwrap(), glue.to_owned()).unwrap();
        let module = super::parse(&module).unwrap();
        let names: Vec<&str> = module.imports.iter().map(|import| &*import.name).collect();
        let called: Vec<&str> = glue.split("() ").collect();
        assert_eq!(names, [called[1], called[0], called[2]]);
        let different: BTreeSet<&str> = names.iter().copied().collect();
        assert!(different.len() == 3 && !glue.contains("__wbg"), "{glue}");
        assert_eq!(called[3], "run()");
    }

    #[test]
    fn a_name_that_the_glue_does_not_know_is_refused() {
        let module = wat::parse_str(r#"(module (func (export "f_0123456789abcdef")))"#).unwrap();
        assert!(with_short_names(&module, String::new()).is_err());
    }
}
