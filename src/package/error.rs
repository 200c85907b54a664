//! Why a package is refused, in sentences for the person who gave it.

use std::io;

/// Why a package could not be read or rewritten.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("the package could not be read or written: {0}")]
    Io(io::Error),
    #[error("the file is empty: export the solution again and choose the new file")]
    Empty,
    #[error(
        "this is no solution package but a Git LFS pointer to one: run \"git lfs pull\" and choose the file that this brings"
    )]
    LfsPointer,
    #[error("this is a cabinet (.cab) file: choose the solution package as a .zip file")]
    Cabinet,
    #[error("this is not a .zip file: choose a solution package as exported")]
    NotZip,
    #[error("the package is damaged or cut off ({0}): export or copy it again, as a binary file")]
    Damaged(String),
    #[error("the package is too large ({size} bytes, at most {limit} are taken): split the solution")]
    TooLarge { size: u64, limit: u64 },
    #[error("{name} is too large ({size} bytes, at most {limit} are taken): split the solution")]
    MemberTooLarge { name: String, size: u64, limit: u64 },
    #[error("the package has too many files ({count}, at most {limit} are taken): split the solution")]
    TooManyEntries { count: u64, limit: usize },
    #[error("the package unpacks to far more than it should ({0}): it is refused as unsafe")]
    Bomb(String),
    #[error(
        "the package has a file with the unsafe name {0:?}: export the solution again and leave its file names alone"
    )]
    UnsafeName(String),
    #[error("the package has the file {0:?} more than once: export the solution again")]
    Duplicate(String),
    #[error("the package says two different things about {name:?} ({what}): export the solution again")]
    Differs { name: String, what: &'static str },
    #[error("the file {0:?} lies over another one in the package: export the solution again")]
    Overlap(String),
    #[error("the file {0:?} is encrypted: give the package without a password")]
    Encrypted(String),
    #[error("the file {name:?} is packed in a way that solution packages do not use ({what}): pack it with deflate")]
    Unsupported { name: String, what: String },
    #[error("this is a legacy export package of a flow, not a solution: add the flow to a solution and export that")]
    LegacyFlow,
    #[error(
        "this is a legacy export package of a canvas app, not a solution: add the app to a solution and export that"
    )]
    LegacyApp,
    #[error(
        "the file {0} is missing: a solution package has solution.xml, customizations.xml and [Content_Types].xml at its root"
    )]
    MissingFile(&'static str),
    #[error("the solution's files lie in a folder of the .zip file: pack what is in {0:?}, not the folder itself")]
    InFolder(String),
    #[error("{name} is not well-formed XML ({what}): export the solution again")]
    NotWellFormed { name: String, what: String },
    #[error("{0} has a document type declaration, which no solution needs: it is refused as unsafe")]
    Doctype(String),
    #[error("{name} is nested deeper than {limit} elements: it is refused as unsafe")]
    TooDeep { name: String, limit: usize },
    #[error("{0} is not in UTF-8: save it in UTF-8 or export the solution again")]
    NotUtf8(String),
    #[error("{name} has more text or entries than can be taken ({what}): split the solution")]
    TooMuch { name: String, what: &'static str },
    #[error("{name} is not the JSON that it should be ({what}): export the solution again")]
    NotJson { name: String, what: String },
    #[error("{name} does not describe a solution ({what}): export the solution again")]
    NotSolution { name: &'static str, what: String },
    #[error(
        "the solution's unique name {0:?} is invalid: it may have letters, digits and underscores and does not start with a digit"
    )]
    InvalidUniqueName(String),
    #[error(
        "the solution's version {0:?} is invalid: a version is two to four whole numbers with points between them, such as 1.0.0.4"
    )]
    InvalidVersion(String),
    #[error(
        "the package says neither managed nor unmanaged but both, as source files do: export the solution, or pack it as one of the two"
    )]
    ManagedAndUnmanaged,
    #[error("the package must say whether it is managed with 0 or 1, not {0:?}: export the solution again")]
    InvalidManaged(String),
    #[error("the solution's publisher is incomplete ({0}): export the solution again")]
    InvalidPublisher(&'static str),
}

impl PackageError {
    /// The platform's code for this, such as `0x80048060`, or a word of ours where it has none.
    pub fn code(&self) -> &'static str {
        use PackageError::*;
        match self {
            Io(_) => "PackageUnreadable",
            Empty | LfsPointer | Cabinet | NotZip | Damaged(_) | MissingFile(_) | InFolder(_) => "0x80048060",
            LegacyFlow | LegacyApp => "LegacyPackage",
            TooLarge { .. } | MemberTooLarge { .. } => "0x80040375",
            TooManyEntries { .. } | TooMuch { .. } | Bomb(_) | TooDeep { .. } => "PackageTooMuch",
            UnsafeName(_) | Duplicate(_) | Differs { .. } | Overlap(_) | Doctype(_) => "PackageUnsafe",
            Encrypted(_) => "PackageEncrypted",
            Unsupported { .. } => "PackageUnsupported",
            NotWellFormed { .. } | NotUtf8(_) => "0x80048013",
            NotJson { .. } | NotSolution { .. } | ManagedAndUnmanaged | InvalidManaged(_) => "0x8004802C",
            InvalidPublisher(_) => "0x8004801A",
            InvalidUniqueName(_) => "0x8004F002",
            InvalidVersion(_) => "0x8004F01E",
        }
    }

    /// Whether the package is to blame, rather than the disk or the network.
    pub fn is_input(&self) -> bool {
        !matches!(self, PackageError::Io(_))
    }

    /// This error as one that can pass through readers; `From<io::Error>` brings it back.
    pub(super) fn into_io(self) -> io::Error {
        match self {
            PackageError::Io(error) => error,
            refusal => io::Error::new(io::ErrorKind::InvalidData, refusal),
        }
    }
}

impl From<io::Error> for PackageError {
    fn from(error: io::Error) -> Self {
        error.downcast::<PackageError>().unwrap_or_else(PackageError::Io)
    }
}
