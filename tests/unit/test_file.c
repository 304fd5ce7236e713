/*
 * tests/unit/test_file.c - whole files, durable moves, folders
 */
#include "config.h"

#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static struct arena *a;
static char folder[] = "test_file.XXXXXX";

static const char *in_folder(const char *name)
{
    return arena_fmt(a, "%s/%s", folder, name);
}

static void write_then_read(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        unsigned mode;
    } rows[] = {
        {"a", "规章\n", 7, 0644},
        {"a", "shorter", 7, 0600},
        {"empty", "", 0, 0640},
        {"nul", "a\0b", 3, 0600},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = in_folder(rows[i].name);
        struct err e = {0};
        struct stat st;
        char *bytes;
        size_t len;

        CHECK_INT(file_write(path, rows[i].bytes, rows[i].len, rows[i].mode, &e), 0, rows[i].name);
        CHECK_INT(stat(path, &st), 0, rows[i].name);
        CHECK_INT(st.st_mode & 07777, rows[i].mode, rows[i].name);
        CHECK_INT(file_read(a, path, 7, &bytes, &len, &e), 0, rows[i].name);
        CHECK_INT(len, rows[i].len, rows[i].name);
        CHECK(memcmp(bytes, rows[i].bytes, len) == 0 && bytes[len] == '\0', rows[i].name);
    }

    struct err e = {0};
    char **name;
    size_t count;

    /* nothing half-made is left, not even hidden */
    DIR *dir = opendir(folder);
    int entries = 0;

    while (readdir(dir) != NULL)
        entries++;
    closedir(dir);
    assert_int_equal(entries, 3 + 2);
    assert_int_equal(file_list(a, folder, &name, &count, &e), 0);
    assert_int_equal(count, 3);
}

static void refusals(void **state)
{
    struct err e = {0};
    char *bytes = NULL, **name = NULL, long_path[5000];
    size_t n = 77;

    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    assert_int_equal(file_write(in_folder("five"), "12345", 5, 0644, &e), 0);

    assert_int_equal(file_read(a, in_folder("absent"), 10, &bytes, &n, &e), -1);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_string_equal(e.message, arena_fmt(a, "读取文件没有成功：%s/absent 不存在", folder));
    assert_string_equal(e.detail, "errno 2 ENOENT");
    assert_int_equal(file_read(a, in_folder("five"), 4, &bytes, &n, &e), -1);
    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_int_equal(file_read(a, folder, 10, &bytes, &n, &e), -1);
    assert_true(text_ends(e.message, "不是普通文件"));
    assert_int_equal(file_read(a, "/dev/null", 10, &bytes, &n, &e), -1);
    assert_int_equal(file_write(in_folder("no/such/folder"), "x", 1, 0644, &e), -1);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_int_equal(file_write(long_path, "x", 1, 0644, &e), -1);
    assert_int_equal(file_write(folder, "x", 1, 0644, &e), -1); /* a folder is not replaced by a file */
    assert_int_equal(file_list(a, in_folder("absent"), &name, &n, &e), -1);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_int_equal(file_list(a, in_folder("five"), &name, &n, &e), -1);
    assert_int_equal(file_sync_dir(in_folder("absent"), &e), -1);
    assert_int_equal(file_sync_dir(folder, &e), 0);
    assert_null(bytes);
    assert_null(name);
    assert_int_equal(n, 77);
    assert_int_equal(file_exists(in_folder("five")), 1);
    assert_int_equal(file_exists(in_folder("absent")), 0);
    assert_int_equal(file_exists(folder), 1);
    assert_int_equal(unlink(in_folder("five")), 0);
}

static void lists_are_sorted_by_bytes(void **state)
{
    static const char *const names[] = {"b", "a", "B", "10", "9", "立", "一", ".hidden"};
    static const char *const want[] = {"10", "9", "B", "a", "b", "一", "立"};
    const char *path = in_folder("list");
    struct err e = {0};
    char **name;
    size_t count;

    assert_int_equal(file_mkdirs(path, 0755, &e), 0);
    assert_int_equal(file_list(a, path, &name, &count, &e), 0);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(file_write(arena_fmt(a, "%s/%s", path, names[i]), "", 0, 0644, &e), 0);
    assert_int_equal(file_list(a, path, &name, &count, &e), 0);
    assert_int_equal(count, ARRAY_LEN(want));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(name[i], want[i]);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(arena_fmt(a, "%s/%s", path, names[i]));
    rmdir(path);
}

static void folders(void **state)
{
    static const struct {
        const char *path;
        int rc;
    } rows[] = {
        {"d", 0}, {"d", 0}, {"d/e/f", 0}, {"d/g/", 0}, {"d//h", 0}, {"file/x", -1}, {"file", -1},
    };
    struct err e = {0};

    assert_int_equal(file_write(in_folder("file"), "", 0, 0644, &e), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = in_folder(rows[i].path);
        struct stat st;

        CHECK_INT(file_mkdirs(path, 0750, &e), rows[i].rc, rows[i].path);
        if (rows[i].rc == 0)
            CHECK(stat(path, &st) == 0 && S_ISDIR(st.st_mode), rows[i].path);
    }
    assert_int_equal(file_mkdirs("", 0750, &e), -1);
    static const char *const made[] = {"d/h", "d/g", "d/e/f", "d/e", "d"};

    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        assert_int_equal(rmdir(in_folder(made[i])), 0);
    unlink(in_folder("file"));
}

static void free_space(void **state)
{
    assert_true(file_free_bytes(folder) > 0);
    assert_int_equal(file_free_bytes(in_folder("absent")), -1);
}

static int make_folder(void **state)
{
    a = arena_new("test", 16 << 20);
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    static const char *const names[] = {"a", "empty", "nul"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(in_folder(names[i]));
    int rc = rmdir(folder);

    arena_free(a);
    return rc;
}

static void paths_that_files_name(void **state)
{
    static const struct {
        const char *file, *path, *credentials, *means;
    } rows[] = {
        {"/etc/g/g.json", "/a", NULL, "/a"},
        {"/etc/g/g.json", "a/b", NULL, "/etc/g/a/b"},
        {"/g.json", "a", NULL, "/a"},
        {"g.json", "a", NULL, "a"},
        {"/etc/g/g.json", "", NULL, ""},
        {"/etc/g/g.json", "$CREDENTIALS_DIRECTORY", "/run/c", "/run/c"},
        {"/etc/g/g.json", "$CREDENTIALS_DIRECTORY/k.pem", "/run/c", "/run/c/k.pem"},
        {"/etc/g/g.json", "$CREDENTIALS_DIRECTORYS/k", "/run/c", "/etc/g/$CREDENTIALS_DIRECTORYS/k"},
        {"/etc/g/g.json", "a/$CREDENTIALS_DIRECTORY", "/run/c", "/etc/g/a/$CREDENTIALS_DIRECTORY"},
        {"/etc/g/g.json", "$CREDENTIALS_DIRECTORY/k", NULL,
         "/etc/g/$CREDENTIALS_DIRECTORY/k"}, /* and the error names it */
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].credentials)
            setenv("CREDENTIALS_DIRECTORY", rows[i].credentials, 1);
        else
            unsetenv("CREDENTIALS_DIRECTORY");
        assert_string_equal(file_beside(a, rows[i].file, rows[i].path), rows[i].means);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_then_read), cmocka_unit_test(refusals),   cmocka_unit_test(lists_are_sorted_by_bytes),
        cmocka_unit_test(folders),         cmocka_unit_test(free_space), cmocka_unit_test(paths_that_files_name),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
