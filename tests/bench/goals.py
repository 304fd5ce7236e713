"""What the figures should be: the goals and the least we accept, as PERFORMANCE.md of the design gives them."""

# row of the table, text, goal, not below/above, True when less is better
GOALS = [
    ("project_json", "已登录读一个项目（JSON）÷ hello", 0.27, 0.20, False),
    ("list_json", "已登录读 20 行列表（JSON）÷ hello", 0.19, 0.15, False),
    ("write_outbox", "写：状态＋审计＋上报一次提交 ÷ hello", 0.12, 0.09, False),
    ("write_draft", "写：暂存，状态＋审计一次提交 ÷ hello", 0.12, 0.09, False),
    ("home_html", "待办首页（HTML）÷ hello", 0.15, 0.10, False),
    ("project_html", "一项目一档（HTML，50 条经过）÷ hello", 0.10, 0.07, False),
    ("p99_project_json", "读一个项目 p99 ÷ hello 的 p99，64 连接", 3.5, 5, True),
    ("worker_rss_mib", "一个工作进程的内存（RSS），MiB", 12, 20, True),
    ("start_ms", "guizhangd 启动到第一个回答，毫秒", 100, 300, True),
    ("upload_rss_mib", "上传 100 MB：工作进程内存增加，MiB", 1, 4, True),
    ("upload_disk", "上传 100 MB：写盘字节 ÷ 内容", 1.0, 1.1, True),
    ("download_cpu_ms", "下载：工作进程 CPU，毫秒", 1, 5, True),
    ("outbox_ratio", "上报入库行数/秒 ÷ 裸 C 程序（各写各的序列）", 0.7, 0.5, False),
    ("evaluate_us", "200 条经过的项目求值一次，微秒", 200, 500, True),
    ("check_ms", "检查一部规章，最慢的区，CPU 毫秒", 100, 200, True),
    ("check_cases_ms", "检查一部规章并跑其全部案例，最慢的区，CPU 毫秒", 200, 400, True),
    ("load_s", "载入 500 个区，CPU 秒", 3, 6, True),
    ("tenant_mib", "每个区的规章占内存，MiB（各进程共用一份）", 2, 3, True),
    ("tenants_cost", "5 → 500 个区，同样的行：每个请求的 CPU", 1.2, 1.5, True),
    ("tenants_private", "5 → 500 个区：一个工作进程自有内存", 1.2, 1.5, True),
]


def judge(value, goal, bound, less):
    if value is None:
        return "not measured"
    if less:
        return "goal" if value <= goal else "within" if value <= bound else "MISSED"
    return "goal" if value >= goal else "within" if value >= bound else "MISSED"
