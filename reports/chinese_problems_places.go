package reports

// chineseLiveProblems are about files that are followed while they grow (parser, parser/follow, watch).
func chineseLiveProblems() map[string]string {
	return map[string]string{
		"is packed (%v): `oomortem analyze` reads it":                      "是压缩文件（%v）：`oomortem analyze` 可以读取",
		"is not recognized: %w; `oomortem formats` lists what can be read": "未能识别：%v；`oomortem formats` 列出可读取的格式",
		"is not recognized yet: %w; waiting for more of it":                "尚未能识别：%v；等待更多内容",
		"the writer pauses":                                 "写入者暂停",
		"%v: %w; waiting for it to appear":                  "%v：%v；等待它出现",
		"%v: %w; trying on":                                 "%v：%v；继续尝试",
		"%v is no file any more; waiting for one to appear": "%v 不再是文件；等待文件出现",
		"cannot be kept: %w":                                "无法保存：%v",
		"cannot be kept any further: %w":                    "无法继续保存：%v",
		"%v more problems of this log are not listed":       "该日志还有 %v 个问题未列出",
		"%v was cut short at byte %v and no copy of it was found beside it: lines may be missing":                                                                                    "%v 在第 %v 字节处被截短，旁边没有找到副本：可能缺行",
		"%v was copied to %v and cut short: read on there, but lines written between the copy and the cut are lost by that way of rotating (copytruncate); let logrotate use create": "%v 被复制到 %v 后截短：在那里继续读取，但这种轮转方式（copytruncate）会丢失复制与截短之间写入的行；请让 logrotate 使用 create",
		"lines before this one that were kept for the report had to be let go, as they filled the memory that is set apart for them; `oomortem analyze` reads the whole log":         "为报告保留的此行之前的行只好放弃，因为它们占满了为其预留的内存；`oomortem analyze` 会读取整个日志",
	}
}

// chineseStoreProblems are about object stores (cmd/oomortem/store). What names a bucket or a server is what somebody
// wrote.
func chineseStoreProblems() map[string]string {
	return map[string]string{
		"could not be read to its end: %w; the batch tries it again when it is started again": "未能读到结尾：%v；再次启动批处理时会重试",
		"%s names no bucket (%w): want s3://BUCKET/PREFIX":                                    "%v 不是存储桶（%v）：应为 s3://BUCKET/PREFIX",
		"there is no such object": "没有该对象",
		"there is no bucket %s at %s: check its name, and the address (--s3-endpoint)":                                                               "%[2]v 没有存储桶 %[1]v：请检查其名称和地址（--s3-endpoint）",
		"no credentials were found and the bucket is not open to all: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE":               "没有找到凭据，而该存储桶不公开：请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或 AWS_PROFILE",
		"access is denied to these credentials: reading needs s3:ListBucket and s3:GetObject, results need s3:PutObject and s3:DeleteObject as well": "这些凭据被拒绝访问：读取需要 s3:ListBucket 和 s3:GetObject，写结果还需要 s3:PutObject 和 s3:DeleteObject",
		"%s does not know these credentials (%s): check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, and the address (--s3-endpoint)": "%v 不认识这些凭据（%v）：请检查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 或 AWS_PROFILE，以及地址（--s3-endpoint）",
		"the credentials have expired: get new ones and start again":                                                                                 "凭据已过期：请获取新的凭据后重新启动",
		"this machine's clock is wrong by more than the server allows: set it":                                                                       "本机时钟的误差超过服务器允许的范围：请校准",
		"the bucket is in another region%s: set AWS_REGION":                                                                                          "该存储桶在另一区域%v：请设置 AWS_REGION",
		"somebody else wrote it first": "别人已先写入",
		"the server asks to slow down, after ten attempts still: take fewer --jobs or try again later": "服务器要求放慢，尝试十次后仍然如此：请减少 --jobs 或稍后再试",
		"the server answered %v %s": "服务器答复 %v %v",
		"the certificate of %s is signed by nobody known here: name its authority's file with AWS_CA_BUNDLE": "%v 的证书的签发者在此无人知晓：请用 AWS_CA_BUNDLE 指定其签发机构的文件",
		"%s answers without TLS: give its address as http://...":                                             "%v 的应答不带 TLS：请以 http://... 给出其地址",
		"there is no host %s (%w): check the address (--s3-endpoint) and the network":                        "没有主机 %v（%v）：请检查地址（--s3-endpoint）和网络",
		"%s does not answer in time: check the network, or try again later":                                  "%v 未及时应答：请检查网络，或稍后再试",
		"%w: start again when it is whole":                                                                   "%v：请在其完整后重新启动",
		"it was replaced while it was read":                                                                  "读取期间它被替换",
		"%s cannot be reached (%s): check the address (--s3-endpoint) and the network":                       "无法连接 %v（%v）：请检查地址（--s3-endpoint）和网络",
		"it broke off after %v bytes: %w":                                                                    "它在 %v 字节后中断：%v",
		"the server gives no parts of objects (Range)":                                                       "服务器不提供对象的部分内容（Range）",
	}
}
