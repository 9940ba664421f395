//! The certificate of the API servers, and the key that signs their tokens.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Failed;

/// One certificate for 127.0.0.1, as files; whoever trusts it trusts nothing else.
pub(crate) struct Certificate {
    pub(crate) certificate: PathBuf,
    /// Its private key, which also signs the tokens of service accounts.
    pub(crate) key: PathBuf,
    /// What those tokens are checked with.
    pub(crate) public: PathBuf,
}

impl Certificate {
    /// Makes one and writes it into a folder.
    pub(crate) fn write(folder: &Path) -> Result<Self, Failed> {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])
            .map_err(|e| Failed(format!("no certificate could be made: {e}")))?;
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            let written = fs::write(&path, text);
            written.map_err(|e| Failed(format!("{}: {e}", path.display())))?;
            Ok(path)
        };
        Ok(Self {
            certificate: write("server.crt", made.cert.pem())?,
            key: write("server.key", made.signing_key.serialize_pem())?,
            public: write("server.pub", made.signing_key.public_key_pem())?,
        })
    }
}
