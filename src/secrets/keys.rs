//! The tenant's keys: what the key file says, and what is done with them.

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Sealed, Secret, columns::Column};
use crate::error::Error;

/// How the file begins; the number is that of its form.
const HEAD: &str = "sluice-keys 1";
const EXPLANATION: &str = "# The keys of this tenant: the same file on every server, readable by its owner only, in no backup.\n\
                           # The first seal line is the current one. Made anew by: sluice secrets rotate\n";
/// How long a nonce is, in bytes.
const NONCE: usize = 24;

/// The keys, the current sealing key first.
pub(super) struct Keys {
    pub cookie: Bytes<64>,
    pub sealing: Vec<SealingKey>,
}

pub(super) type Bytes<const N: usize> = Zeroizing<[u8; N]>;

/// A key that seals, known by an id that is made from it.
pub(super) struct SealingKey {
    id: String,
    key: Bytes<32>,
}

impl Keys {
    /// Keys that nobody has.
    pub fn generate() -> Result<Keys, Error> {
        Keys::with_cookie(random()?)
    }

    /// A new sealing key beside a cookie key that is there already.
    pub fn with_cookie(cookie: Bytes<64>) -> Result<Keys, Error> {
        Ok(Keys { cookie, sealing: vec![SealingKey::generate()?] })
    }

    /// Whether a text has the form of these keys, damaged or not.
    pub fn are_in(text: &[u8]) -> bool {
        text.starts_with(b"sluice-keys")
    }

    /// Reads them from the text of the file.
    ///
    /// # Errors
    /// What is wrong with it, to be said after its name.
    pub fn parse(text: &str) -> Result<Keys, String> {
        let mut lines = text.lines().map(str::trim_end).enumerate();
        match lines.next().map(|(_, head)| head) {
            Some(HEAD) => (),
            Some(head) if Keys::are_in(head.as_bytes()) => {
                return Err("was written by another version of Sluice".into());
            }
            _ => return Err(format!("is damaged: it does not begin with {HEAD}")),
        }
        let (mut cookie, mut sealing) = (None, Vec::new());
        for (at, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let damaged = || format!("is damaged in line {}", at + 1);
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["cookie", key] if cookie.is_none() => cookie = Some(bytes(key).ok_or_else(damaged)?),
                ["seal", id, key] => sealing.push(SealingKey::parse(id, key).ok_or_else(damaged)?),
                _ => return Err(damaged()),
            }
        }
        let cookie = cookie.ok_or("is damaged: its cookie line is missing")?;
        match sealing.is_empty() {
            true => Err("is damaged: it has no seal line".into()),
            false => Ok(Keys { cookie, sealing }),
        }
    }

    /// The text of the file.
    pub fn print(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(4096));
        text.push_str(&format!("{HEAD}\n{EXPLANATION}cookie "));
        BASE64_STANDARD.encode_string(self.cookie.as_slice(), &mut text);
        for key in &self.sealing {
            text.push_str(&format!("\nseal {} ", key.id));
            BASE64_STANDARD.encode_string(key.key.as_slice(), &mut text);
        }
        text.push('\n');
        text
    }

    /// Seals a secret for a row with the current key.
    pub fn seal(&self, column: &Column, row: &str, secret: &Secret) -> Result<Sealed, Error> {
        let key = self.sealing.first().ok_or_else(|| Error::internal("there is no sealing key"))?;
        let nonce = random::<NONCE>()?;
        let (msg, place) = (secret.reveal().as_bytes(), column.place(row));
        let sealed = key.cipher().encrypt(&XNonce::from(*nonce), Payload { msg, aad: place.as_bytes() });
        let sealed = sealed.map_err(|_| Error::internal("a secret is too long to be sealed"))?;
        Ok(Sealed::new(&key.id, &BASE64_STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for a row.
    ///
    /// # Errors
    /// What is wrong with it, to be said after its column's name.
    pub fn open(&self, column: &Column, row: &str, sealed: &Sealed) -> Result<Secret, String> {
        let (id, text) = sealed.parts().ok_or("is no sealed text")?;
        let key = self.sealing.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| format!("was sealed with the key {id}, which is not in the key file"))?;
        let changed = "was changed, or moved there from elsewhere";
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| changed)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE>().ok_or(changed)?;
        let place = column.place(row);
        let opened = key.cipher().decrypt(&XNonce::from(*nonce), Payload { msg, aad: place.as_bytes() });
        let opened = opened.map_err(|_| changed)?;
        String::from_utf8(opened).map(Secret::new).map_err(|_| changed.into())
    }

    /// An id of the cookie key, which stays for as long as the tenant does.
    pub fn cookie_id(&self) -> String {
        digits("sluice cookie key", self.cookie.as_slice())
    }

    /// The id of the key that seals now.
    pub fn current(&self) -> Option<&str> {
        self.sealing.first().map(|key| key.id.as_str())
    }

    /// Whether what this key sealed can be opened.
    pub fn has(&self, id: &str) -> bool {
        self.sealing.iter().any(|key| key.id == id)
    }

    /// Whether the current key sealed this.
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.parts().is_some_and(|(id, _)| self.current() == Some(id))
    }
}

impl SealingKey {
    /// A key that nobody has.
    pub fn generate() -> Result<SealingKey, Error> {
        let key = random()?;
        Ok(SealingKey { id: id(&key), key })
    }

    // The id shows whether its key was damaged.
    fn parse(id: &str, key: &str) -> Option<SealingKey> {
        let key = bytes(key)?;
        (self::id(&key) == id).then(|| SealingKey { id: id.to_owned(), key })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.key).into())
    }
}

fn id(key: &Bytes<32>) -> String {
    digits("sluice sealing key", key.as_slice())
}

fn digits(purpose: &str, key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(purpose).chain_update(key).finalize();
    digest[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(text: &str) -> Option<Bytes<N>> {
    let decoded = Zeroizing::new(BASE64_STANDARD.decode(text).ok()?);
    Some(Zeroizing::new(decoded.as_slice().try_into().ok()?))
}

fn random<const N: usize>() -> Result<Bytes<N>, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    OsRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|error| Error::Internal(error.into()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secrets::columns::CONNECTION_CREDENTIAL as HERE;

    proptest! {
        #[test]
        fn what_was_sealed_opens_in_its_place_alone(text in "\\PC{0,200}", row in "[a-f0-9-]{1,36}", other in "\\PC{0,36}") {
            let keys = Keys::generate().unwrap();
            let sealed = keys.seal(&HERE, &row, &Secret::new(text.as_str())).unwrap();
            let opened = keys.open(&HERE, &row, &sealed).unwrap();
            prop_assert_eq!(opened.reveal(), &text);
            prop_assert!(other == row || keys.open(&HERE, &other, &sealed).is_err());
            prop_assert!(keys.open(&Column::elsewhere(), &row, &sealed).is_err());
            prop_assert!(Keys::generate().unwrap().open(&HERE, &row, &sealed).unwrap_err().contains("not in the key file"));
        }

        #[test]
        fn what_was_changed_does_not_open(at in any::<prop::sample::Index>(), to in "[ -~]") {
            let keys = Keys::generate().unwrap();
            let sealed = keys.seal(&HERE, "row", &Secret::new("an API key")).unwrap();
            let at = at.index(sealed.as_str().len());
            let mut changed = sealed.as_str().to_owned();
            changed.replace_range(at..=at, &to);
            prop_assert!(changed == sealed.as_str() || keys.open(&HERE, "row", &Sealed::from(changed)).is_err());
            prop_assert!(keys.open(&HERE, "row", &Sealed::from(sealed.as_str()[..at].to_owned())).is_err());
        }

        #[test]
        fn no_text_makes_reading_or_opening_fall_over(text in "\\PC{0,300}", lines in "(v1:|sluice-keys 1\n|cookie |seal |[a-f0-9: =\n]){0,20}") {
            let keys = Keys::generate().unwrap();
            for text in [text, lines] {
                prop_assert!(Keys::parse(&text).is_err());
                prop_assert!(keys.open(&HERE, "row", &Sealed::from(text)).is_err());
            }
        }
    }

    #[test]
    fn a_file_reads_as_it_was_written_and_damage_to_a_sealing_key_shows() {
        let keys = Keys::generate().unwrap();
        let text = keys.print();
        let again = Keys::parse(&text).unwrap();
        assert_eq!(*again.cookie, *keys.cookie);
        assert_eq!(*again.print(), *text);
        let start = text.find("\nseal ").unwrap() + 1;
        for at in start..text.len() - 1 {
            let mut damaged = text.to_string();
            damaged.replace_range(at..=at, if &text[at..=at] == "A" { "B" } else { "A" });
            assert!(Keys::parse(&damaged).is_err(), "{at}");
        }
        assert!(text.capacity() <= 4096, "the text was moved, and left a copy where it was");
    }
}
