package reports

// chineseProblems are what the parsers say of an input that they could not use as it is. A value stays as it is (%v, or %s
// where somebody else wrote it); a sentence within the sentence (%w) is said in Chinese too.
func chineseProblems() map[string]string {
	return merged(chineseInputProblems(), chineseListingProblems(), chineseLogProblems(), chineseLoadProblems(), chineseCurveProblems(), chineseLiveProblems(), chineseStoreProblems(), chineseSystemErrors())
}

// chineseInputProblems are about files, archives and packed data (parser), and about whole runs of a batch.
func chineseInputProblems() map[string]string {
	return map[string]string{
		"%v NUL bytes taken out of the line (a crash or a full disk tears files so); more may follow": "从该行去掉了 %v 个 NUL 字节（崩溃或磁盘写满会这样撕裂文件）；后面可能还有",
		"line longer than %v bytes: the first %v are read, %v are left out":                           "该行长于 %v 字节：读取前 %v 字节，略去 %v 字节",
		"is empty: nothing to read":                                         "文件为空：没有可读的内容",
		"ends too early: nothing of it could be read":                       "结束得太早：没有能读出的内容",
		"the packed data ends too early: what stood before the cut is read": "压缩数据结束得太早：截断之前的内容已读取",
		"cannot be opened: %w":                                              "无法打开：%v",
		"cannot be listed: %w":                                              "无法列出目录：%v",
		"cannot be read: %w":                                                "无法读取：%v",
		"cannot be unpacked (%w): left out":                                 "无法解压（%v）：已略去",
		"is not a file: left out":                                           "不是文件：已略去",
		"is encrypted: left out":                                            "已加密：已略去",
		"is packed more than %v times over: left out, as what made it may mean harm":                             "压缩嵌套超过 %v 层：已略去，制作它的人可能怀有恶意",
		"%v header is damaged (%w): left out":                                                                    "%v 文件头损坏（%v）：已略去",
		"holds more than %v members: the rest is left out":                                                       "归档成员超过 %v 个：其余已略去",
		"the archive cannot be read (%w): left out":                                                              "归档无法读取（%v）：已略去",
		"the archive ends too early: its first %v members are read":                                              "归档结束得太早：已读取前 %v 个成员",
		"the archive is damaged (%w; its list of members stands at the end): left out":                           "归档已损坏（%v；其成员列表位于末尾）：已略去",
		"the archive is damaged behind %v members (%w): the rest is left out":                                    "归档在第 %v 个成员之后损坏（%v）：其余已略去",
		"the compressed data is damaged (%w)":                                                                    "压缩数据已损坏（%v）",
		"the member name %v leads out of the archive: it is read as %v":                                          "成员名 %v 指向归档之外：按 %v 读取",
		"it wants a window of more than %v MiB":                                                                  "它要求超过 %v MiB 的窗口",
		"unpacks to more than %v bytes: the rest is left out":                                                    "解压后超过 %v 字节：其余已略去",
		"unpacks to more than %v times its size (%v bytes): the rest is left out, as what made it may mean harm": "解压后超过其大小的 %v 倍（%v 字节）：其余已略去，制作它的人可能怀有恶意",
		"reading as %v broke off (%v): a defect of oomortem, please report it with this line":                    "按 %v 读取时中断（%v）：这是 oomortem 的缺陷，请附上该行报告",
		"reading as %v: %w":        "按 %v 读取：%v",
		"reading stopped here: %w": "读取在此停止：%v",
		"not recognized: %w; `oomortem formats` lists what can be read": "未能识别：%v；`oomortem formats` 列出可读取的格式",
		"it is a binary file":                                 "这是二进制文件",
		"it holds nothing but white space":                    "其中只有空白",
		"it looks like JSON of a shape that no format claims": "看起来是 JSON，但不是任何已知格式的形状",
		"it looks like XML or HTML":                           "看起来是 XML 或 HTML",
		"it looks like plain text without a known layout":     "看起来是没有已知格式的纯文本",

		"holds no log and no series that could be read":                       "没有能读取的日志或序列",
		"holds no log and no series that could be read: %v: %w":               "没有能读取的日志或序列：%v：%v",
		"needed more than %v of memory (--max-memory)":                        "需要超过 %v 的内存（--max-memory）",
		"took longer than %v (--timeout)":                                     "耗时超过 %v（--timeout）",
		"took its worker down twice":                                          "两次使其工作进程崩溃",
		"the analysis broke off (%v): a defect of oomortem, please report it": "分析中断（%v）：这是 oomortem 的缺陷，请报告",
	}
}

// chineseListingProblems are about listings of a state (parser/facts).
func chineseListingProblems() map[string]string {
	return map[string]string{
		"%w: %v is no size: expected a number and %w": "%v：%v 不是内存大小：应为数字加 %v",
		"list of VMs":                                            "虚拟机列表",
		"memory statistics":                                      "内存统计",
		"a unit such as GiB, or bytes":                           "单位（如 GiB），或字节数",
		"KiB, or another unit in its attribute":                  "KiB，或其属性中的其他单位",
		"list of VMs: the row has fewer columns than the header": "虚拟机列表：该行的列数少于表头",
		"free: the unit is not told (no command line with -m or -g): the numbers are left out":                                     "free：没有说明单位（没有带 -m 或 -g 的命令行）：数字已略去",
		"kubectl get pods: the row ends before its STATUS":                                                                         "kubectl get pods：该行在 STATUS 之前结束",
		"virsh list: no state behind the VM's name: expected an id, a name and a state":                                            "virsh list：虚拟机名称之后没有状态：应有编号、名称和状态",
		"virsh dommemstat does not tell whose memory it is: neither a prompt nor the file's name (dommemstat-VM.txt) names the VM": "virsh dommemstat 没有说明是谁的内存：提示符和文件名（dommemstat-VM.txt）都没有指明虚拟机",
		"the XML of the domain %v has no end: what stands before it is read":                                                       "域 %v 的 XML 没有结尾：之前的内容已读取",
	}
}

// chineseLogProblems are about logs (parser/logs, parser/messages).
func chineseLogProblems() map[string]string {
	return map[string]string{
		"the quoted cell that begins in this row never ends: the row is left out":                      "此行开始的带引号的单元格没有结束：该行已略去",
		"the answer is cut off or damaged here: the lines before are read":                             "应答在此处被截断或损坏：此前的行已读取",
		"too many lines for their order to be turned: messages of several lines may not be read whole": "行数过多，无法调转顺序：多行消息可能读不完整",
		"a token without end": "没有结尾的词元",
		"the archive's end with the list of its members is missing: the %v members before it are read by their own headers":                                  "归档末尾的成员列表缺失：其前的 %v 个成员按各自的头部读取",
		"the archive's end with the list of its members is missing: %v members are read by their own headers, what follows byte %v is left out":              "归档末尾的成员列表缺失：%v 个成员按各自的头部读取，字节 %v 之后的内容略去",
		"does not tell its length, and the list of members that does is missing: left out":                                                                   "没有说明其长度，而说明长度的成员列表缺失：略去",
		"the dates (%v) do not tell day, month and year apart: of such stamps only the time of day is read":                                                  "日期（%v）分不出日、月和年：此类时间戳只读出一天中的时刻",
		"%v line(s) from here on without a time that can be read; expected a log line's stamp":                                                               "自此起有 %v 行没有可读的时间；应有日志行的时间戳",
		"the last line has no line end: its writer may have died in it, or the capture was cut there":                                                        "最后一行没有行尾：写入者可能死于此处，或采集在此截断",
		"more than %v second-hand reports of OOM kills (systemd, kubelet, containerd): those from here on are left out; the kernel's own lines are all read": "转述的 OOM 杀死（systemd、kubelet、containerd）超过 %v 条：自此起的已略去；内核自己的行全部读取",
		"the export ends inside an entry: what stood before the cut is read":                                                                                 "导出文件在一个条目中间结束：截断之前的内容已读取",
		"not a field of the export format (%w): the rest of the entry is left out":                                                                           "不是导出格式的字段（%v）：该条目其余部分已略去",
		"a value of %v bytes":                                                    "值长 %v 字节",
		"no line end behind a value of %v bytes":                                 "长 %v 字节的值之后没有行尾",
		"the journal ends inside an object: the entries before the cut are read": "journal 在一个对象中间结束：截断之前的条目已读取",
		"the journal is damaged at byte %v (%w): the entries before it are read; `journalctl --file` may know more": "journal 在第 %v 字节处损坏（%v）：之前的条目已读取；`journalctl --file` 也许能读出更多",
		"the journal has features that are not known (flags %v): export it with `journalctl --file FILE -o export`": "journal 含有未知特性（标志 %v）：请用 `journalctl --file FILE -o export` 导出",
		"the header of a journal is cut":                      "journal 的文件头被截断",
		"the header of the journal says it is %v bytes long":  "journal 的文件头自称长 %v 字节",
		"a packed field at byte %v is damaged (%w): left out": "第 %v 字节处的压缩字段已损坏（%v）：已略去",
		"packed in an unknown way (flags %v)":                 "压缩方式未知（标志 %v）",
		"more than %v bytes of wanted messages":               "需要的消息超过 %v 字节",
		"an object of type %v and %v bytes":                   "类型为 %v、长 %v 字节的对象",
		"a data object of %v bytes":                           "长 %v 字节的数据对象",
		"an entry of %v bytes":                                "长 %v 字节的条目",
		"%v bytes":                                            "%v 字节",
	}
}

// chineseSystemErrors are what the system and the unpackers say, as far as it is common.
func chineseSystemErrors() map[string]string {
	return map[string]string{
		"permission denied":                 "权限不足",
		"no such file or directory":         "没有该文件或目录",
		"not a directory":                   "不是目录",
		"is a directory":                    "是目录",
		"too many levels of symbolic links": "符号链接层数过多",
		"too many open files":               "打开的文件过多",
		"input/output error":                "输入输出错误",
		"file already closed":               "文件已关闭",
		"unexpected EOF":                    "意外的文件结尾",
		"EOF":                               "文件结尾",
		"unexpected end of JSON input":      "JSON 意外结束",
		"invalid character %v looking for beginning of value":             "此处应为值的开头，而字符是 %v",
		"invalid character %v looking for beginning of object key string": "此处应为键的开头，而字符是 %v",
		"invalid character %v in string literal":                          "字符串中有无效字符 %v",
		"invalid character %v in string escape code":                      "转义序列中有无效字符 %v",
		"invalid character %v in numeric literal":                         "数字中有无效字符 %v",
		"invalid character %v after object key":                           "键之后有无效字符 %v",
		"invalid character %v after object key:value pair":                "键值对之后有无效字符 %v",
		"invalid character %v after array element":                        "数组元素之后有无效字符 %v",
		"invalid character %v after top-level value":                      "值结束之后有无效字符 %v",
		"json: cannot unmarshal %v into Go struct field %v of type %v":    "JSON 的字段 %[2]v 不能是 %[1]v（应为 %[3]v）",
		"json: cannot unmarshal %v into Go value of type %v":              "JSON 的值不能是 %v（应为 %v）",
		"gzip: invalid header":                                            "gzip：无效的文件头",
		"gzip: invalid checksum":                                          "gzip：校验和错误",
		"zip: not a valid zip file":                                       "zip：不是有效的 zip 文件",
		"archive/tar: invalid tar header":                                 "tar：无效的文件头",
	}
}
