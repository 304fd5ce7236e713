/*
 * app/guizhang.c - the command line: wiring only
 *
 * The commands stand in tool/; the reference of the routes comes from web/, which tool/ does not know.
 */
#include "config.h"

#include "tool/tool.h"
#include "web/reference.h"

static enum tool_exit print_routes(struct tool *t, struct err *e UNUSED_)
{
    routes_reference(t->out, t->args->json);
    return TOOL_OK;
}

int main(int argc, char **argv)
{
    static const struct command routes_command = {"routes", "[--json]", "列出全部地址：谁可以访问、可以做什么",
                                                  print_routes};

    return tool_main(argc, argv, &routes_command);
}
