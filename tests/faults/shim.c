/* Writes down what a process does to its files, and fails the k-th of its syncs; loaded with LD_PRELOAD.
 *
 * Nothing happens before shim_begin(prefix, log, fail_at): from then on every write, truncation, sync and removal of a
 * file whose path begins with `prefix` is appended to `log` as
 *     op (1 byte: O W T S E U), length of path (2), offset (8), length of content (8), path, content
 * in the order in which they happened. O is an opening, E is a sync that failed with EIO and wrote nothing.
 *
 * gcc -shared -fPIC -O2 -o shim.so shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096
#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)

static char *prefix, *paths[MOST];
static int journal = -1;
static long syncs, fail_at;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void put(const void *from, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    for (const char *at = from; length;) {
        ssize_t done = real(journal, at, length);
        if (done <= 0) abort();
        at += done, length -= done;
    }
}

static void note(char op, const char *path, uint64_t offset, uint64_t length, const void *content) {
    uint16_t named = strlen(path);
    char head[19] = {op};
    memcpy(head + 1, &named, 2), memcpy(head + 3, &offset, 8), memcpy(head + 11, &length, 8);
    pthread_mutex_lock(&turn);
    put(head, sizeof head), put(path, named);
    if (content) put(content, length);
    pthread_mutex_unlock(&turn);
}

void shim_begin(const char *under, const char *log, long failing) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open");
    prefix = strdup(under), fail_at = failing, syncs = 0;
    journal = real(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (journal < 0) abort();
}

static int ours(const char *path) { return journal >= 0 && !strncmp(path, prefix, strlen(prefix)); }
static const char *watched(int file) { return journal >= 0 && file >= 0 && file < MOST ? paths[file] : NULL; }

static int opened(int file, const char *path, int flags) {
    if (file < 0 || file >= MOST || !ours(path)) return file;
    free(paths[file]), paths[file] = strdup(path);
    note('O', path, 0, 0, NULL);
    if (flags & O_TRUNC) note('T', path, 0, 0, NULL);
    return file;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { REAL(open); MODE return opened(real(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { REAL(open64); MODE return opened(real(path, flags, mode), path, flags); }
int openat(int at, const char *path, int flags, ...) {
    REAL(openat); MODE return opened(real(at, path, flags, mode), path, flags);
}
int close(int file) {
    REAL(close);
    if (file >= 0 && file < MOST) free(paths[file]), paths[file] = NULL;
    return real(file);
}

static ssize_t wrote(int file, const void *from, ssize_t length, off_t offset) {
    const char *path = watched(file);
    if (path && length > 0) note('W', path, offset, length, from);
    return length;
}
ssize_t pwrite(int file, const void *from, size_t length, off_t at) {
    REAL(pwrite); return wrote(file, from, real(file, from, length, at), at);
}
ssize_t pwrite64(int file, const void *from, size_t length, off64_t at) {
    REAL(pwrite64); return wrote(file, from, real(file, from, length, at), at);
}
ssize_t write(int file, const void *from, size_t length) {
    REAL(write);
    off_t at = watched(file) ? lseek(file, 0, SEEK_CUR) : 0;
    return wrote(file, from, real(file, from, length), at);
}

static int cut(int file, int failed, off_t length) {
    const char *path = watched(file);
    if (path && !failed) note('T', path, length, 0, NULL);
    return failed;
}
int ftruncate(int file, off_t length) { REAL(ftruncate); return cut(file, real(file, length), length); }
int ftruncate64(int file, off64_t length) { REAL(ftruncate64); return cut(file, real(file, length), length); }

static int sync_of(int file, int (*real)(int)) {
    const char *path = watched(file);
    if (!path) return real(file);
    if (++syncs == fail_at) { note('E', path, 0, 0, NULL); errno = EIO; return -1; }
    int failed = real(file);
    if (!failed) note('S', path, 0, 0, NULL);
    return failed;
}
int fsync(int file) { REAL(fsync); return sync_of(file, real); }
int fdatasync(int file) { REAL(fdatasync); return sync_of(file, real); }

int unlink(const char *path) {
    REAL(unlink);
    int failed = real(path);
    if (!failed && ours(path)) note('U', path, 0, 0, NULL);
    return failed;
}
