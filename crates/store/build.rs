//! A new migration rebuilds the crate that carries it.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
