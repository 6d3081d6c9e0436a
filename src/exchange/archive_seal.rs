//! An archive on a disk: sealed for keys that are kept elsewhere, or for a passphrase, in the format of age
//! (<https://age-encryption.org/v1>); plain where that was asked for. Read and written in pieces, however large.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::str::FromStr;

use age::secrecy::SecretString;
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor, IdentityFile, scrypt, x25519};

/// How an archive is sealed.
pub enum Seal {
    Keys(Vec<x25519::Recipient>),
    Passphrase(SecretString),
    Plain,
}

/// What opens it again.
pub enum Opener {
    Keys(Vec<Box<dyn age::Identity>>),
    Passphrase(SecretString),
    Nothing,
}

#[derive(Debug, thiserror::Error)]
pub enum SealFault {
    #[error("`{0}` is no public key: expected `age1...`")]
    Recipient(String),
    #[error("the key file cannot be read: {0}")]
    Identity(String),
    #[error("the file is sealed: give the key with --identity, or --passphrase-file")]
    Sealed,
    #[error("the key does not open this file")]
    WrongKey,
    #[error("the file is damaged, or it is no sealed archive: {0}")]
    Damaged(String),
    #[error("the file cannot be written or read: {0}")]
    Io(#[from] io::Error),
}

impl Seal {
    /// For public keys as `age-keygen` prints them.
    pub fn for_keys(recipients: &[String]) -> Result<Self, SealFault> {
        let parsed = recipients.iter().map(|text| {
            x25519::Recipient::from_str(text.trim()).map_err(|_| SealFault::Recipient(text.clone()))
        });
        Ok(Self::Keys(parsed.collect::<Result<_, _>>()?))
    }

    pub fn for_passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.trim_end_matches(['\r', '\n'])))
    }

    /// Begins to seal into a file, and gives what opens it for a check at once. Nobody but the owners of the keys can open
    /// the file later: the key for the check is made for it and forgotten with it.
    pub fn begin(self, file: File) -> Result<(Sealed, Opener), SealFault> {
        let out = BufWriter::new(file);
        let (encryptor, opener) = match self {
            Self::Plain => return Ok((Sealed::Plain(out), Opener::Nothing)),
            Self::Passphrase(secret) => (
                Encryptor::with_user_passphrase(secret.clone()),
                Opener::Passphrase(secret),
            ),
            Self::Keys(mut keys) => {
                let check = x25519::Identity::generate();
                keys.push(check.to_public());
                let all = keys.iter().map(|key| key as &dyn age::Recipient);
                let encryptor = Encryptor::with_recipients(all)
                    .map_err(|error| SealFault::Damaged(error.to_string()))?;
                (encryptor, Opener::Keys(vec![Box::new(check)]))
            }
        };
        Ok((Sealed::Age(encryptor.wrap_output(out)?), opener))
    }
}

/// A file that is being sealed.
pub enum Sealed {
    Plain(BufWriter<File>),
    Age(StreamWriter<BufWriter<File>>),
}

impl Sealed {
    /// Everything is on the disk when this is done.
    pub fn finish(self) -> io::Result<()> {
        let out = match self {
            Self::Plain(out) => out,
            Self::Age(out) => out.finish()?,
        };
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }
}

impl Write for Sealed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Age(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Age(out) => out.flush(),
        }
    }
}

impl Opener {
    /// From a key file as `age-keygen` writes it.
    pub fn with_key_file(text: &str) -> Result<Self, SealFault> {
        let told = |error: &dyn std::fmt::Display| SealFault::Identity(error.to_string());
        let file = IdentityFile::from_buffer(text.as_bytes()).map_err(|error| told(&error))?;
        Ok(Self::Keys(
            file.into_identities().map_err(|error| told(&error))?,
        ))
    }

    pub fn with_passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.trim_end_matches(['\r', '\n'])))
    }

    /// The archive in a file, sealed or not.
    pub fn open(&self, file: File) -> Result<Box<dyn BufRead>, SealFault> {
        let mut input = BufReader::new(file);
        if !input.fill_buf()?.starts_with(b"age-encryption.org/") {
            return Ok(Box::new(input));
        }
        let decryptor = Decryptor::new_buffered(input).map_err(refused)?;
        let opened: Result<Box<dyn Read>, DecryptError> = match self {
            Self::Nothing => return Err(SealFault::Sealed),
            Self::Keys(keys) => decryptor
                .decrypt(keys.iter().map(|key| key.as_ref()))
                .map(|reader| Box::new(reader) as Box<dyn Read>),
            Self::Passphrase(secret) => {
                let identity = scrypt::Identity::new(secret.clone());
                decryptor
                    .decrypt(std::iter::once(&identity as &dyn age::Identity))
                    .map(|reader| Box::new(reader) as Box<dyn Read>)
            }
        };
        Ok(Box::new(BufReader::new(opened.map_err(refused)?)))
    }
}

fn refused(error: DecryptError) -> SealFault {
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => SealFault::WrongKey,
        DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            SealFault::Io(error)
        }
        other => SealFault::Damaged(other.to_string()),
    }
}
