//! Changing an environment by hand: what its pages offer, and what their forms queue.

use crate::{
    app::App,
    db::Conn,
    error::Error,
    id::OperationId,
    models::{
        environment::{ChangeSolutions, Environment, Seen},
        operation::by_hand::Order,
        permit::Permit,
    },
    rules::by_hand::{self, ByHand, refusal},
    web::forms::{Form, TEXT},
};

/// What a page may offer to change by hand in an environment.
#[derive(Debug, Clone)]
pub struct Hand {
    /// Whether the person's role lets them change solutions at all.
    pub may_change: bool,
    standing: ByHand,
    environment: String,
    /// Who could do what this person may not; looked up only for who may change solutions elsewhere.
    administrators: Vec<String>,
}

impl Hand {
    /// What the person who looks may change.
    pub fn of(conn: &mut Conn, seen: &Seen) -> Result<Hand, Error> {
        let (standing, may_change) = (by_hand::by_hand(seen.is_target, seen.role), seen.role.may_change());
        let administrators = match standing {
            ByHand::Refused if may_change => Environment::administrators(conn, seen.id)?,
            _ => Vec::new(),
        };
        Ok(Hand { may_change, standing, environment: seen.name.clone(), administrators })
    }

    /// Why nothing is changed here by hand.
    pub fn refusal(&self) -> Option<String> {
        (self.standing == ByHand::Refused).then(|| refusal(&self.environment, &self.administrators))
    }

    /// Goes on only where something may be changed by hand.
    ///
    /// # Errors
    /// Forbidden, where changes come by runs only.
    pub fn check(&self) -> Result<(), Error> {
        self.refusal().map_or(Ok(()), |why| Err(Error::Forbidden(why)))
    }

    /// Whether a reason must be given.
    pub fn needs_reason(&self) -> bool {
        self.standing == ByHand::WithReason
    }

    /// The reason that was typed, where one is needed; else empty.
    pub fn reason(&self, form: &mut Form) -> Option<String> {
        match self.needs_reason() {
            true => form.line_or("reason", TEXT, "Enter a reason."),
            false => Some(String::new()),
        }
    }
}

/// Queues what a form asked for; none where it was refused, which the form then says.
pub async fn queue(
    app: &App,
    may: Permit<ChangeSolutions>,
    order: Order,
    form: &mut Form,
) -> Result<Option<OperationId>, Error> {
    match app.db.write(move |c| order.queue(c, &may)).await {
        Ok(id) => {
            app.wake.now();
            Ok(Some(id))
        }
        Err(Error::Conflict(message)) => {
            form.refuse(message);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
