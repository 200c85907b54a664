//! Pages, written out in pieces: a large one needs no large piece of memory, which would be new and given back each time.

use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt, mem,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};
use askama::Template;

use crate::error::Error;

/// How long a piece is at most, in bytes, unless one text alone is longer: more than most pages are.
const PIECE: usize = 64 << 10;

/// A page, written out.
#[derive(Default)]
pub struct Html {
    full: VecDeque<Bytes>,
    last: String,
}

impl Html {
    /// What a template says.
    pub fn of<T: Template>(template: T) -> Result<Html, Error> {
        let mut html = Html { last: String::with_capacity(T::SIZE_HINT.min(PIECE)), ..Html::default() };
        template.render_into(&mut html)?;
        Ok(html)
    }

    /// Its pieces, one after another. The same page has the same ones each time.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.full.iter().map(|piece| &**piece).chain([self.last.as_bytes()])
    }
}

impl fmt::Write for Html {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.last.len() + text.len() > PIECE && !self.last.is_empty() {
            let full = mem::replace(&mut self.last, String::with_capacity(PIECE));
            self.full.push_back(full.into());
        }
        self.last.push_str(text);
        Ok(())
    }
}

impl MessageBody for Html {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.pieces().map(|piece| piece.len() as u64).sum())
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let next = self.full.pop_front().or_else(|| Some(mem::take(&mut self.last).into()));
        Poll::Ready(next.filter(|piece| !piece.is_empty()).map(Ok))
    }

    fn try_into_bytes(self) -> Result<Bytes, Html> {
        if self.full.is_empty() { Ok(self.last.into()) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use actix_web::{
        body::{BoxBody, to_bytes},
        rt::System,
    };

    use super::*;

    fn written(texts: &[String]) -> Html {
        let mut html = Html::default();
        texts.iter().for_each(|text| html.write_str(text).unwrap());
        html
    }

    fn sent(html: Html) -> Bytes {
        System::new().block_on(to_bytes(BoxBody::new(html))).unwrap()
    }

    #[test]
    fn what_is_written_is_sent_whatever_it_is_long() {
        for (text, times) in [("", 1), ("a", 3), ("page", PIECE / 4), ("long ", PIECE), ("x", 3 * PIECE)] {
            let texts = vec![text.to_owned(); times];
            let html = written(&texts);
            assert!(html.pieces().all(|piece| piece.len() <= PIECE));
            assert_eq!(html.pieces().map(<[u8]>::len).sum::<usize>(), text.len() * times);
            assert!(sent(html) == texts.concat(), "{times} times {text:?}");
        }
    }

    #[test]
    fn a_text_that_is_longer_than_a_piece_stays_whole() {
        let texts = ["before", &"ö".repeat(PIECE), "after"].map(str::to_owned);
        assert!(sent(written(&texts)) == texts.concat());
    }
}
