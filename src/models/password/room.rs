//! Where passwords are hashed: one at a time for each core, in memory that goes back to the system.

use std::{
    mem,
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
};

use argon2::Block;

/// What is asked of the system to hash in, in bytes: more than allocators keep for later (glibc: 32 MiB), so that it goes
/// back each time instead of staying with every thread that ever hashed. Only what hashing needs of it is touched.
const SIZE: usize = 40 << 20;

/// The rooms of this program: as many as there are cores. More hashes at once would each take their 19 MiB and end no
/// sooner.
static ROOMS: LazyLock<Rooms> = LazyLock::new(|| Rooms::new(available_parallelism().map_or(1, usize::from)));

/// Runs `work` on as many blocks as it needs, once there is room.
pub fn hashing<T>(blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
    let mut room = ROOMS.enter();
    if room.memory.len() < blocks {
        room.memory.resize(blocks, Block::new());
    }
    work(&mut room.memory[..blocks])
}

struct Rooms {
    state: Mutex<State>,
    left: Condvar,
}

#[derive(Default)]
struct State {
    free: usize,
    waiting: usize,
    // What those who left had in use, for those who wait: they need not touch new memory.
    spare: Vec<Vec<Block>>,
}

struct Room<'a> {
    rooms: &'a Rooms,
    memory: Vec<Block>,
}

impl Rooms {
    fn new(free: usize) -> Rooms {
        Rooms { state: Mutex::new(State { free, ..State::default() }), left: Condvar::new() }
    }

    fn enter(&self) -> Room<'_> {
        let mut state = self.state();
        state.waiting += 1;
        while state.free == 0 {
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        state.free -= 1;
        let spare = state.spare.pop();
        drop(state);
        Room { rooms: self, memory: spare.unwrap_or_else(|| Vec::with_capacity(SIZE / Block::SIZE)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let memory = mem::take(&mut self.memory);
        let mut state = self.rooms.state();
        state.free += 1;
        if state.waiting > state.spare.len() {
            state.spare.push(memory);
        }
        drop(state);
        self.rooms.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread,
        time::Duration,
    };

    use super::*;

    #[test]
    fn no_more_enter_at_once_than_there_is_room_for_and_nothing_is_kept_when_all_have_left() {
        let (rooms, within, most) = (Rooms::new(2), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    let mut room = rooms.enter();
                    room.memory.resize(1, Block::new());
                    most.fetch_max(within.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(2));
                    within.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.into_inner(), 2);
        let state = rooms.state();
        assert_eq!((state.free, state.waiting, state.spare.len()), (2, 0, 0));
    }
}
