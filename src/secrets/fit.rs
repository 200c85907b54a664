//! Whether a key file is that of the tenant: the tenant's row keeps ids made from its keys, of which nobody can make
//! the keys. The cookie key never changes; which key seals does with every rotation.

use diesel::prelude::*;

use super::{KeyFile, columns, key_file::PUT_BACK, keys::Keys};
use crate::{db::Conn, error::Error, schema::tenant};

impl KeyFile {
    /// Whether the tenant has been served with a key file: this one or another.
    pub fn is_known(conn: &mut Conn) -> Result<bool, Error> {
        Ok(known(conn)?.is_some())
    }

    /// Sees to it that this is the file of the tenant; the first one becomes so.
    ///
    /// # Errors
    /// When it is that of another tenant, or a copy from before the last rotation.
    pub fn fit(&self, conn: &mut Conn) -> Result<(), Error> {
        let keys = self.read()?;
        match known(conn)? {
            Some((cookie, sealing)) if cookie == keys.cookie_id() && keys.has(&sealing) => Ok(()),
            Some((cookie, _)) if cookie == keys.cookie_id() => Err(self.wrong(
                "is older than the last renewal of the keys",
                "Copy it anew from the server where they were renewed.",
            )),
            Some(_) => Err(self.wrong("is not that of this tenant", PUT_BACK)),
            None if self.opens_all(conn, &keys)? => write(conn, &keys),
            None => Err(self.wrong("does not open what the tenant has sealed", PUT_BACK)),
        }
    }

    /// Makes this the file of the tenant, whatever was so before.
    pub fn adopt(&self, conn: &mut Conn) -> Result<(), Error> {
        write(conn, &self.read()?)
    }

    fn opens_all(&self, conn: &mut Conn, keys: &Keys) -> Result<bool, Error> {
        for column in columns::ALL {
            let rows = column.rows(conn)?;
            let mut sealed = rows.iter().filter_map(|(_, sealed)| sealed.as_ref()?.parts());
            if !sealed.all(|(id, _)| keys.has(id)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Writes down that these are the tenant's keys.
pub(super) fn write(conn: &mut Conn, keys: &Keys) -> Result<(), Error> {
    let ids = (tenant::cookie_key_id.eq(keys.cookie_id()), tenant::sealing_key_id.eq(keys.current()));
    diesel::update(tenant::table).set(ids).execute(conn)?;
    Ok(())
}

// Locks the row, so that of two servers that come first at once only one is.
fn known(conn: &mut Conn) -> Result<Option<(String, String)>, Error> {
    let ids = (tenant::cookie_key_id, tenant::sealing_key_id);
    diesel::update(tenant::table).set(tenant::demo.eq(tenant::demo)).execute(conn)?;
    let (cookie, sealing): (Option<String>, Option<String>) = tenant::table.select(ids).first(conn)?;
    Ok(cookie.zip(sealing))
}
