/* Stands between the program and the files of its database (LD_PRELOAD): keeps a journal of every write, sync and answer
 * in the order in which they happen, and lets the n-th write or sync fail.
 *
 * SHIM_FOLDER   what is below this folder is watched
 * SHIM_JOURNAL  file that the journal is written to; none without it
 * SHIM_CONTROL  file of six 64-bit numbers that says what fails; nothing without it
 *
 * A record of the journal is a head of eight 64-bit numbers (kind, moment in nanoseconds, file, offset, result, length of
 * the name, length of the data, 0) with name and data behind it. Writes are recorded after they were done, the beginning
 * of a sync before it and its end after it, an answer before it is sent: an answer that stands behind the end of a sync
 * was sent after it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { OPENED = 1, WRITTEN, SYNC_BEGINS, SYNC_ENDS, CUT_TO, REMOVED, RENAMED, REQUEST, ANSWER };
enum { FAIL_WRITE = 1, FAIL_SYNC = 2 };

#define MOST_FILES 65536
#define MOST_OF_A_MESSAGE 4096

static char *names[MOST_FILES]; /* of watched files that are open, by descriptor */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static const char *folder;
static size_t folder_length;

/* kind (1 write, 2 sync), left until it fails, how many then fail, error number, how many failed, how many passed */
static volatile int64_t *control;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static ssize_t (*real_recv)(int, void *, size_t, int);
static ssize_t (*real_recvfrom)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
static ssize_t (*real_read)(int, void *, size_t);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_close)(int);
static int (*real_fallocate)(int, off_t, off_t);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    real_write = next("write");
    real_pwrite = next("pwrite64");
    real_writev = next("writev");
    real_send = next("send");
    real_sendto = next("sendto");
    real_sendmsg = next("sendmsg");
    real_recv = next("recv");
    real_recvfrom = next("recvfrom");
    real_read = next("read");
    real_open = next("open64");
    real_openat = next("openat64");
    real_fsync = next("fsync");
    real_fdatasync = next("fdatasync");
    real_ftruncate = next("ftruncate64");
    real_unlink = next("unlink");
    real_rename = next("rename");
    real_close = next("close");
    real_fallocate = next("posix_fallocate64");
    folder = getenv("SHIM_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    const char *file = getenv("SHIM_JOURNAL");
    if (file) journal = real_open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    file = getenv("SHIM_CONTROL");
    if (file) {
        int fd = real_open(file, O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            void *at = mmap(NULL, 6 * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (at != MAP_FAILED) control = at;
            real_close(fd);
        }
    }
}

static int watched(const char *path) {
    return folder_length && path && strncmp(path, folder, folder_length) == 0;
}

static const char *name_of(int fd) {
    return fd >= 0 && fd < MOST_FILES ? names[fd] : NULL;
}

/* The lock is held. */
static void put(int64_t kind, int fd, int64_t offset, int64_t result, const char *name, const struct iovec *data, int parts) {
    if (journal < 0) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t length = 0;
    for (int i = 0; i < parts; i++) length += data[i].iov_len;
    int64_t head[8] = {kind, now.tv_sec * 1000000000LL + now.tv_nsec, fd, offset, result, name ? strlen(name) : 0, length, 0};
    char *all = malloc(sizeof head + head[5] + length);
    if (!all) abort();
    memcpy(all, head, sizeof head);
    char *at = all + sizeof head;
    if (name) memcpy(at, name, head[5]);
    at += head[5];
    for (int i = 0; i < parts; i++) {
        memcpy(at, data[i].iov_base, data[i].iov_len);
        at += data[i].iov_len;
    }
    size_t size = at - all, done = 0;
    while (done < size) {
        ssize_t wrote = real_write(journal, all + done, size - done);
        if (wrote <= 0) abort();
        done += wrote;
    }
    free(all);
}

/* Whether this write or sync is one that fails: then errno says how. */
static int fails(int64_t kind) {
    if (!control) return 0;
    int failed = 0;
    pthread_mutex_lock(&lock);
    if (control[0] == kind) {
        if (control[1] > 1) {
            control[1]--;
            control[5]++;
        } else if (control[1] == 1 && control[2] > 0) {
            control[2]--;
            control[4]++;
            failed = (int)control[3];
        }
    }
    pthread_mutex_unlock(&lock);
    if (failed) errno = failed;
    return failed;
}

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= MOST_FILES || !watched(path)) return fd;
    pthread_mutex_lock(&lock);
    free(names[fd]);
    names[fd] = strdup(path);
    put(OPENED, fd, flags, 0, path, NULL, 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE                                    \
    mode_t mode = 0;                            \
    if (flags & (O_CREAT | O_TMPFILE)) {        \
        va_list rest;                           \
        va_start(rest, flags);                  \
        mode = va_arg(rest, mode_t);            \
        va_end(rest);                           \
    }

int open(const char *path, int flags, ...) { MODE return opened(real_open(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { MODE return opened(real_open(path, flags, mode), path, flags); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(real_openat(at, path, flags, mode), path, flags); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(real_openat(at, path, flags, mode), path, flags); }

int close(int fd) {
    if (name_of(fd)) {
        pthread_mutex_lock(&lock);
        free(names[fd]);
        names[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return real_close(fd);
}

static void wrote(int fd, int64_t offset, const void *data, ssize_t length) {
    if (length <= 0) return;
    struct iovec one = {(void *)data, length};
    pthread_mutex_lock(&lock);
    put(WRITTEN, fd, offset, length, name_of(fd), &one, 1);
    pthread_mutex_unlock(&lock);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
    if (!name_of(fd)) return real_pwrite(fd, data, length, offset);
    if (fails(FAIL_WRITE)) return -1;
    ssize_t done = real_pwrite(fd, data, length, offset);
    wrote(fd, offset, data, done);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

/* What goes out on a connection, or comes in: the beginning of it. */
static void message(int64_t kind, int fd, const struct iovec *data, int parts) {
    if (journal < 0 || parts < 1 || data[0].iov_len < 12) return;
    const char *text = data[0].iov_base;
    int64_t status = 0;
    if (kind == ANSWER) {
        if (memcmp(text, "HTTP/1.1 ", 9) != 0) return;
        status = atoi(text + 9);
    } else if (memcmp(text, "POST ", 5) != 0 && memcmp(text, "GET ", 4) != 0) {
        return;
    }
    struct iovec first = data[0];
    if (first.iov_len > MOST_OF_A_MESSAGE) first.iov_len = MOST_OF_A_MESSAGE;
    pthread_mutex_lock(&lock);
    put(kind, fd, 0, status, NULL, &first, 1);
    pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *data, size_t length) {
    if (!name_of(fd)) {
        struct iovec one = {(void *)data, length};
        message(ANSWER, fd, &one, 1);
        return real_write(fd, data, length);
    }
    off_t offset = lseek(fd, 0, SEEK_CUR);
    if (fails(FAIL_WRITE)) return -1;
    ssize_t done = real_write(fd, data, length);
    wrote(fd, offset, data, done);
    return done;
}

ssize_t writev(int fd, const struct iovec *data, int parts) {
    if (!name_of(fd)) {
        message(ANSWER, fd, data, parts);
        return real_writev(fd, data, parts);
    }
    off_t offset = lseek(fd, 0, SEEK_CUR);
    if (fails(FAIL_WRITE)) return -1;
    ssize_t done = real_writev(fd, data, parts), left = done;
    for (int i = 0; i < parts && left > 0; i++) {
        ssize_t part = left < (ssize_t)data[i].iov_len ? left : (ssize_t)data[i].iov_len;
        wrote(fd, offset, data[i].iov_base, part);
        offset += part;
        left -= part;
    }
    return done;
}

ssize_t send(int fd, const void *data, size_t length, int flags) {
    struct iovec one = {(void *)data, length};
    message(ANSWER, fd, &one, 1);
    return real_send(fd, data, length, flags);
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
    struct iovec one = {(void *)data, length};
    message(ANSWER, fd, &one, 1);
    return real_sendto(fd, data, length, flags, to, size);
}

ssize_t sendmsg(int fd, const struct msghdr *sent, int flags) {
    message(ANSWER, fd, sent->msg_iov, (int)sent->msg_iovlen);
    return real_sendmsg(fd, sent, flags);
}

static ssize_t came(int fd, void *data, ssize_t length) {
    if (length > 0) {
        struct iovec one = {data, length};
        message(REQUEST, fd, &one, 1);
    }
    return length;
}

ssize_t recv(int fd, void *data, size_t length, int flags) { return came(fd, data, real_recv(fd, data, length, flags)); }
ssize_t recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *size) {
    return came(fd, data, real_recvfrom(fd, data, length, flags, from, size));
}
ssize_t read(int fd, void *data, size_t length) {
    ssize_t done = real_read(fd, data, length);
    return name_of(fd) ? done : came(fd, data, done);
}

static int synced(int fd, int (*real)(int)) {
    if (!name_of(fd)) return real(fd);
    if (fails(FAIL_SYNC)) return -1;
    pthread_mutex_lock(&lock);
    put(SYNC_BEGINS, fd, 0, 0, name_of(fd), NULL, 0);
    pthread_mutex_unlock(&lock);
    int done = real(fd);
    pthread_mutex_lock(&lock);
    put(SYNC_ENDS, fd, 0, done, name_of(fd), NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { return synced(fd, real_fsync); }
int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int ftruncate64(int fd, off_t length) {
    if (name_of(fd) && fails(FAIL_WRITE)) return -1;
    int done = real_ftruncate(fd, length);
    if (done == 0 && name_of(fd)) {
        pthread_mutex_lock(&lock);
        put(CUT_TO, fd, length, 0, name_of(fd), NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int posix_fallocate64(int fd, off_t offset, off_t length) {
    if (name_of(fd) && fails(FAIL_WRITE)) return errno;
    return real_fallocate(fd, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

int unlink(const char *path) {
    int done = real_unlink(path);
    if (done == 0 && watched(path)) {
        pthread_mutex_lock(&lock);
        put(REMOVED, -1, 0, 0, path, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int rename(const char *from, const char *to) {
    int done = real_rename(from, to);
    if (done == 0 && (watched(from) || watched(to))) {
        struct iovec target = {(void *)to, strlen(to)};
        pthread_mutex_lock(&lock);
        put(RENAMED, -1, 0, 0, from, &target, 1);
        pthread_mutex_unlock(&lock);
    }
    return done;
}
