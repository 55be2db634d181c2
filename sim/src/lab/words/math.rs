//! `math::`: functions that say the same to the last bit on every machine (musl's, by
//! `libm`).

use rune::{ContextError, Module};

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("math")?;
    module.function("ln", |x: f64| libm::log(x)).build()?;
    module.function("exp", |x: f64| libm::exp(x)).build()?;
    module.function("sqrt", |x: f64| libm::sqrt(x)).build()?;
    module.function("pow", |x: f64, y: f64| libm::pow(x, y)).build()?;
    module.function("floor", |x: f64| libm::floor(x)).build()?;
    module.function("min", |x: f64, y: f64| libm::fmin(x, y)).build()?;
    module.function("max", |x: f64, y: f64| libm::fmax(x, y)).build()?;
    Ok(module)
}
