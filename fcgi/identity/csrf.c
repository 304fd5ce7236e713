/*
 * identity/csrf.c - the token a form carries to prove that our page sent it
 *
 * HMAC of the session's own secret: it needs no row and ends with the session.
 */
#include "config.h"

#include "identity/session.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"

char *csrf_token(struct arena *a, const struct actor *who)
{
    unsigned char mac[CRYPTO_SM3_BYTES];

    if (text_is_empty(who->csrf)) /* nobody: an empty key would be everybody's key */
        return arena_dup(a, "");
    crypto_hmac(who->csrf, strlen(who->csrf), "form", 4, mac);
    return crypto_hex(a, mac, sizeof(mac));
}

int csrf_check(const struct actor *who, const char *token, struct err *e)
{
    unsigned char want[CRYPTO_SM3_BYTES], have[CRYPTO_SM3_BYTES];

    if (!text_is_empty(who->csrf) && token && strlen(token) == CRYPTO_SM3_HEX &&
        crypto_unhex(token, have, sizeof(have)) == 0) {
        crypto_hmac(who->csrf, strlen(who->csrf), "form", 4, want);
        if (crypto_equal(want, have, sizeof(want)))
            return 0;
    }
    err_fail(e, ERR_CSRF, "这个页面打开得太久，或者换过登录，内容没有提交");
    return err_mend(e, "请回到原页面刷新后重新提交");
}
