//! Puts the site together: the wasm with its loader, and the stylesheet, into `target/site`.
//!
//! With `--release` each file gets a hash of what it holds into its name, and a compressed twin beside it.

use std::{
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

const SITE: &str = "target/site";

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Done {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let wasm = args.first().ok_or("which wasm? bundle FILE [--release]")?;
    let release = args.iter().any(|arg| arg == "--release");
    let work = PathBuf::from("target/bundle");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;

    bindgen(wasm, &work, release)?;
    if release {
        optimise(&work.join("app.wasm"));
    }
    fs::write(work.join("main.css"), css(release)?)?;

    let _ = fs::remove_dir_all(SITE);
    copy(&work, Path::new(SITE), release)?;
    if release {
        print_sizes()?;
    }
    Ok(())
}

/// Makes the loader. The wasm's address is handed to it by the page, so its name is free.
fn bindgen(wasm: &str, work: &Path, release: bool) -> Done {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("app")
        .typescript(false)
        .web(true)?
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(work)?;
    fs::rename(work.join("app_bg.wasm"), work.join("app.wasm"))?;
    Ok(())
}

/// Makes the wasm smaller to parse, where `wasm-opt` is installed.
fn optimise(wasm: &Path) {
    let flags = [
        "-Oz",
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    let done = Command::new("wasm-opt")
        .args(flags)
        .arg(wasm)
        .arg("-o")
        .arg(wasm)
        .status();
    if !done.is_ok_and(|status| status.success()) {
        println!(
            "note: wasm-opt is missing or failed; the wasm is a sixth larger before compression, no more"
        );
    }
}

fn css(release: bool) -> Done<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(Path::new("style/main.css"))
        .map_err(|e| format!("style: {e}"))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|e| format!("style: {e}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: release,
            ..PrinterOptions::default()
        })
        .map_err(|e| format!("style: {e}"))?;
    Ok(printed.code)
}

fn copy(from: &Path, to: &Path, release: bool) -> Done {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or("a name that is no text")?;
        if path.is_dir() {
            // What the loader imports by relative path keeps its name.
            copy(&path, &to.join(name), false)?;
            continue;
        }
        let bytes = fs::read(&path)?;
        if release {
            let target = to.join(hashed(name, &bytes));
            fs::write(with_ending(&target, "br"), brotli(&bytes)?)?;
            fs::write(with_ending(&target, "gz"), gzip(&bytes)?)?;
            fs::write(&target, &bytes)?;
        } else {
            fs::write(to.join(name), &bytes)?;
        }
    }
    Ok(())
}

/// Puts 16 digits of the hash before the ending: `app.0123456789abcdef.wasm`.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
        None => format!("{name}.{hash}"),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn brotli(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Done<Vec<u8>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}

/// Prints what a browser loads at its first visit.
fn print_sizes() -> Done {
    let mut total = 0;
    for entry in fs::read_dir(SITE)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "br") {
            let size = fs::metadata(&path)?.len();
            total += size;
            println!("{:8.1} KB  {}", size as f64 / 1e3, path.display());
        }
    }
    println!(
        "{:8.1} KB  first load, brotli (at most 350)",
        total as f64 / 1e3
    );
    Ok(())
}
