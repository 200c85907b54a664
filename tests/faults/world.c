/* The machine as a program sees it, and as a test wants it to be: loaded before the C library, which it stands in for.
 * The file named by WORLD is mapped, so that what a test writes there holds at once, for all programs in that world. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct world {
  long long seconds; /* by which the clock on the wall is wrong */
  long long full;    /* whether the disk has no room for what lies under the paths that begin with `disk` */
  char disk[4096];
};

static volatile struct world *world;

__attribute__((constructor)) static void enter(void) {
  const char *path = getenv("WORLD");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct world), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) world = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  int failed = syscall(SYS_clock_gettime, clock, at);
  if (!failed && world && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += world->seconds;
  return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
  at->tv_sec = now.tv_sec;
  at->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}

static int is_full(int file) {
  if (!world || !world->full) return 0;
  char link[64] = "/proc/self/fd/", path[4096], digits[16];
  int length = 0, end = 14;
  for (unsigned number = file; number || !length; number /= 10) digits[length++] = '0' + number % 10;
  while (length) link[end++] = digits[--length];
  ssize_t read = readlink(link, path, sizeof path);
  size_t prefix = strlen((const char *)world->disk);
  if (read < (ssize_t)prefix || strncmp(path, (const char *)world->disk, prefix)) return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t write(int file, const void *bytes, size_t size) {
  return is_full(file) ? -1 : syscall(SYS_write, file, bytes, size);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
  return is_full(file) ? -1 : syscall(SYS_pwrite64, file, bytes, size, at);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) { return pwrite64(file, bytes, size, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
  return is_full(file) ? -1 : syscall(SYS_writev, file, parts, count);
}
