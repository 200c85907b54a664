//! What a person does with a page: things are found by the words on them, and waited for.

use std::time::Instant;

use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};

use super::{Browser, GLANCE, PATIENCE, PHONE};

impl Browser {
    /// How many clicks and fields it was so far.
    pub fn acts(&self) -> usize {
        self.acts.get()
    }

    fn count(&self) {
        self.acts.set(self.acts.get() + 1);
    }

    /// Selects a link or button by the words on it.
    pub async fn click(&self, words: &str) {
        self.press("act", words, "").await;
    }

    /// Selects a link of the left navigation, which a phone has behind a button.
    pub async fn navigate(&self, words: &str) {
        if self.screen.width <= PHONE.width {
            self.click("Menu").await;
        }
        self.press("place", words, "").await;
    }

    /// Opens a menu by how its words begin.
    pub async fn unfold(&self, menu: &str) {
        self.press("actLike", menu, "").await;
    }

    /// Opens a menu by how its words begin, and selects something in it.
    pub async fn pick(&self, menu: &str, words: &str) {
        self.unfold(menu).await;
        self.click(words).await;
    }

    /// Chooses in a list or among radio buttons, by the label and how the option's words begin.
    pub async fn choose(&self, label: &str, option: &str) {
        self.press("option", label, option).await;
    }

    /// Types into the field of this label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find("field", label, "").await;
        self.count();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types a part of what is looked for into the field of this label, and chooses among what then appears there.
    pub async fn look_up(&self, label: &str, part: &str, option: &str) {
        self.fill(label, part).await;
        self.choose(label, option).await;
    }

    /// Ticks a box unless it is ticked.
    pub async fn tick(&self, label: &str) {
        let field = self.find("field", label, "").await;
        if !field.is_selected().await.unwrap() {
            self.count();
            field.click().await.unwrap();
        }
    }

    /// Gives a file to the field of this label.
    pub async fn attach(&self, label: &str, path: &str) {
        self.count();
        self.find("field", label, "").await.send_keys(path).await.unwrap();
    }

    /// Presses a key, or several one after another, wherever the focus is.
    pub async fn press_keys(&self, keys: &str) {
        let press = |keyboard: KeyActions, key| {
            keyboard.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key })
        };
        let keyboard = keys.chars().fold(KeyActions::new("keyboard".into()), press);
        self.client.perform_actions(keyboard).await.unwrap();
    }

    /// Goes back with the focus, by Shift and Tab.
    pub async fn tab_back(&self) {
        let [shift, tab] = [Key::Shift, Key::Tab].map(char::from);
        let keyboard = KeyActions::new("keyboard".into()).then(KeyAction::Down { value: shift });
        let keyboard = keyboard.then(KeyAction::Down { value: tab }).then(KeyAction::Up { value: tab });
        self.client.perform_actions(keyboard.then(KeyAction::Up { value: shift })).await.unwrap();
    }

    async fn press(&self, kind: &str, words: &str, inner: &str) {
        self.count();
        let end = Instant::now() + PATIENCE;
        // A page that just changes may replace the thing between finding and pressing it.
        while let Err(error) = self.find(kind, words, inner).await.click().await {
            if Instant::now() > end {
                self.give_up(&format!("{words:?} {inner} cannot be pressed ({error})")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }
}
