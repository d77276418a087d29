package reports

// chinesePlan are the sentences of a plan.
func chinesePlan() map[string]string {
	return map[string]string{
		"Capacity: %v, the highest mean of successful transactions over %v, from %v on (%v).": "容量：%v，即成功事务在 %v 内的最高平均值，始于 %v（%v）。",
		"Volume: %v (%v a month for %v months).":                                              "业务量：%v（每月 %v，共 %v 个月）。",
		"Length: %v = %v / %v.":                                                               "时长：%v = %v / %v。",
		"%v at four fifths of the capacity, where a stability run is safer.":                  "按容量的五分之四为 %v，稳定性运行这样更稳妥。",
		"The run: %v": "该次运行：%v",
		"How much it made is not known: no load tool's results are among its files.": "完成量不明：其文件中没有压测工具的结果。",
		"Record next time:":                                                       "下次请记录：",
		"- %v (it would tell %v)":                                                 "- %v（可说明：%v）",
		"It made %v in %v.":                                                       "它在 %[2]v 内完成 %[1]v。",
		"It made %v in %v: %v of the volume, long enough.":                        "它在 %[2]v 内完成 %[1]v：为业务量的 %[3]v，时间足够。",
		"It made %v in %v: %v of the volume, not long enough.":                    "它在 %[2]v 内完成 %[1]v：为业务量的 %[3]v，时间不够。",
		"At its steady %v the volume takes %v.":                                   "按其平稳值 %v，该业务量需要 %v。",
		"It ran at %v of the maximum (%v of %v).":                                 "它以最大值的 %v 运行（%v / %v）。",
		"It failed for memory, so a longer run on the same sizes would fail too.": "它因内存失败，同样规格下更长的运行也会失败。",
		"Whether a longer run would survive is not known: there is no curve of the host's available memory.":                                                                                    "更长的运行能否撑住不得而知：没有宿主机可用内存的曲线。",
		"The host's available memory shows no steady loss in the run's second half; %v are left.":                                                                                               "运行后半程宿主机可用内存没有持续减少；还剩 %v。",
		"The host loses %v of available memory an hour (second half of the run); %v are left, for %v more, if it goes on like that.":                                                            "宿主机每小时减少 %v 可用内存（运行后半程）；还剩 %v，照此还能维持 %v。",
		"The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, if it goes on like that.":                              "宿主机每小时减少 %v 可用内存（运行后半程）；还剩 %v，照此还能维持 %v：约在 %v 笔事务时耗尽。",
		"The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, before the volume asked for, if it goes on like that.": "宿主机每小时减少 %v 可用内存（运行后半程）；还剩 %v，照此还能维持 %v：约在 %v 笔事务时耗尽，早于所要求的业务量。",
		"The host loses %v of available memory an hour (second half of the run); %v are left, for %v more: it would run out at about %v, beyond the volume asked for, if it goes on like that.": "宿主机每小时减少 %v 可用内存（运行后半程）；还剩 %v，照此还能维持 %v：约在 %v 笔事务时耗尽，晚于所要求的业务量。",
		"Alert rules are in %v (check them with promtool check rules).":                                                                                                                         "告警规则在 %v 中（可用 promtool check rules 检查）。",
		"Memory of the host and its VMs:": "宿主机及其虚拟机的内存：",
		"VM":                              "虚拟机",
		"peak":                            "峰值",
		"size that fits":                  "合适的规格",
		"%v for the VMs, %v there: it fits, with %v for the host and QEMU.":                                         "虚拟机需要 %v，共有 %v：放得下，给宿主机和 QEMU 留下 %v。",
		"%v for the VMs, %v there: %v too much, as the host and QEMU need %v. Scaled down, in steps of half a GiB:": "虚拟机需要 %v，共有 %v：超出 %v，因为宿主机和 QEMU 需要 %v。按比例缩减，以半 GiB 为单位：",
	}
}
