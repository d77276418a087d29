package metrics

import "oomortem/parser/record"

func host(q record.Quantity) meaning { return meaning{quantity: q, unit: record.Bytes, about: ofHost} }
func vm(q record.Quantity) meaning   { return meaning{quantity: q, unit: record.Bytes, about: ofVM} }
func pod(q record.Quantity) meaning {
	return meaning{quantity: q, unit: record.Bytes, about: ofContainer}
}
func proc(q record.Quantity) meaning {
	return meaning{quantity: q, unit: record.Bytes, about: ofProcess}
}

// requests is a counter of requests.
var requests = meaning{quantity: record.Requests, unit: record.Count, counter: true}

func scaled(m meaning, scale float64) meaning {
	m.scale = scale
	return m
}

func counting(m meaning, unit record.Unit) meaning {
	m.counter, m.unit = true, unit
	return m
}

func only(m meaning, key, value string) meaning {
	m.when = record.Attr{Key: key, Value: value}
	return m
}

// knownNames says what series mean that common exporters write. Where an exporter counts in KiB or pages, scale says
// so. The host-side cost of a VM is its rss; the balloon is what it is allowed, the guest's numbers are its own view.
var knownNames = map[string]meaning{
	// node_exporter (collector/meminfo_linux.go); the names without _bytes are those before 0.16 (2018).
	"node_memory_MemTotal_bytes": host(record.HostTotal), "node_memory_MemTotal": host(record.HostTotal),
	"node_memory_MemFree_bytes": host(record.HostFree), "node_memory_MemFree": host(record.HostFree),
	"node_memory_MemAvailable_bytes": host(record.HostAvailable), "node_memory_MemAvailable": host(record.HostAvailable),
	"node_memory_Cached_bytes": host(record.HostCached), "node_memory_Cached": host(record.HostCached),
	"node_memory_Slab_bytes": host(record.HostSlab), "node_memory_Slab": host(record.HostSlab),
	"node_memory_Shmem_bytes": host(record.HostShmem), "node_memory_Shmem": host(record.HostShmem),
	"node_memory_Hugetlb_bytes":   host(record.HostHuge),
	"node_memory_SwapTotal_bytes": host(record.HostSwapTotal), "node_memory_SwapTotal": host(record.HostSwapTotal),
	"node_memory_SwapFree_bytes": host(record.HostSwapFree), "node_memory_SwapFree": host(record.HostSwapFree),
	"node_memory_HugePages_Total":                {unit: record.Count, about: ofHost},
	"node_memory_HugePages_Free":                 {unit: record.Count, about: ofHost},
	"node_vmstat_oom_kill":                       counting(host(record.OOMKills), record.Count),
	"node_vmstat_pswpin":                         scaled(counting(host(record.SwapIn), record.Bytes), pageSize),
	"node_vmstat_pswpout":                        scaled(counting(host(record.SwapOut), record.Bytes), pageSize),
	"node_vmstat_pgmajfault":                     counting(host(""), record.Count),
	"node_pressure_memory_waiting_seconds_total": counting(host(record.Pressure), record.Seconds),
	"node_pressure_memory_stalled_seconds_total": counting(host(""), record.Seconds),

	// Performance Co-Pilot (pmrep -o csv, pcp2csv): the units are those of the kernel's agent, mem.* in KiB, swap.* in bytes.
	"mem.physmem": scaled(host(record.HostTotal), 1024), "mem.util.free": scaled(host(record.HostFree), 1024), "mem.util.available": scaled(host(record.HostAvailable), 1024),
	"mem.util.cached": scaled(host(record.HostCached), 1024), "mem.util.slab": scaled(host(record.HostSlab), 1024), "mem.util.shmem": scaled(host(record.HostShmem), 1024),
	"mem.util.swapTotal": scaled(host(record.HostSwapTotal), 1024), "mem.util.swapFree": scaled(host(record.HostSwapFree), 1024),
	"swap.length": host(record.HostSwapTotal), "swap.used": host(record.HostSwapUsed), "swap.free": host(record.HostSwapFree),
	"proc.psinfo.rss": scaled(proc(record.RSS), 1024), "proc.memory.rss": scaled(proc(record.RSS), 1024), "hotproc.psinfo.rss": scaled(proc(record.RSS), 1024),

	// libvirt exporters: Tinkoff/inovex/zhangjianweibj family, prometheus-libvirt-exporter, shelleg's.
	"libvirt_domain_memory_stats_rss_bytes":            vm(record.RSS),
	"libvirt_domain_memory_stats_actual_balloon_bytes": vm(record.Balloon),
	"libvirt_domain_memory_stats_current_bytes":        vm(record.Balloon),
	"libvirt_domain_info_memory_usage_bytes":           vm(record.Balloon),
	"libvirt_domain_info_maximum_memory_bytes":         vm(""),
	"libvirt_domain_memory_stats_available_bytes":      vm(""),
	"libvirt_domain_memory_stats_usable_bytes":         vm(""),
	"libvirt_domain_memory_stats_unused_bytes":         vm(""),
	"libvirt_domain_memory_stats_disk_cache_bytes":     vm(""),
	"libvirt_domain_memory_stats_used_percent":         {unit: record.Share, scale: 0.01, about: ofVM},
	"libvirt_domain_memory_stats_major_fault_total":    counting(vm(""), record.Count),
	"libvirt_domain_memory_stats_minor_fault_total":    counting(vm(""), record.Count),
	"libvirt_domain_state_code":                        {about: ofVM},
	"libvirt_domain_info_vstate":                       {about: ofVM},
	"libvirt_domain_info_state":                        {about: ofVM},
	"libvirt_domain_info_cpu_time_seconds_total":       counting(vm(record.CPU), record.Seconds),
	"libvirt_mem_stats_rss":                            scaled(vm(record.RSS), 1024),
	"libvirt_domain_memory_rss_bytes":                  vm(record.RSS),

	// KubeVirt (docs/metrics.md of kubevirt/kubevirt).
	"kubevirt_vmi_memory_resident_bytes":         vm(record.RSS),
	"kubevirt_vmi_memory_actual_balloon_bytes":   vm(record.Balloon),
	"kubevirt_vmi_memory_used_bytes":             vm(record.GuestUsed),
	"kubevirt_vmi_memory_available_bytes":        vm(""),
	"kubevirt_vmi_memory_usable_bytes":           vm(""),
	"kubevirt_vmi_memory_unused_bytes":           vm(""),
	"kubevirt_vmi_memory_domain_bytes":           vm(""),
	"kubevirt_vmi_memory_swap_in_traffic_bytes":  counting(vm(""), record.Bytes),
	"kubevirt_vmi_memory_swap_out_traffic_bytes": counting(vm(""), record.Bytes),
	"pve_memory_usage_bytes":                     vm(record.MemoryUsed), // prometheus-pve-exporter: guests and nodes alike
	"pve_memory_size_bytes":                      vm(""),

	// cAdvisor (docs/storage/prometheus.md) and kube-state-metrics.
	"container_memory_rss":                             pod(record.RSS),
	"container_memory_working_set_bytes":               pod(record.MemoryUsed),
	"container_memory_usage_bytes":                     pod(record.MemoryUsed),
	"container_memory_cache":                           pod(""),
	"container_memory_swap":                            pod(""),
	"container_spec_memory_limit_bytes":                pod(record.Limit),
	"container_memory_failcnt":                         counting(pod(""), record.Count),
	"container_oom_events_total":                       counting(pod(record.OOMKills), record.Count),
	"container_cpu_usage_seconds_total":                counting(pod(record.CPU), record.Seconds),
	"container_pressure_memory_waiting_seconds_total":  counting(pod(record.Pressure), record.Seconds),
	"kube_pod_container_resource_limits":               only(pod(record.Limit), "resource", "memory"),
	"kube_pod_container_resource_limits_memory_bytes":  pod(record.Limit),
	"kube_pod_container_status_restarts_total":         counting(pod(""), record.Count),
	"kube_pod_container_status_last_terminated_reason": {unit: record.Count, about: ofContainer},

	// process-exporter, client libraries, cgroup exporters.
	"namedprocess_namegroup_memory_bytes": only(proc(record.RSS), "memtype", "resident"),
	"process_resident_memory_bytes":       proc(record.RSS),
	"process_virtual_memory_bytes":        proc(""),
	"cgroup_memory_rss_bytes":             pod(record.RSS),
	"cgroup_memory_used_bytes":            pod(record.MemoryUsed),
	"systemd_unit_memory_current_bytes":   pod(record.MemoryUsed),

	// Telegraf, by its Prometheus output and as measurement_field of line protocol.
	"mem_total": host(record.HostTotal), "mem_available": host(record.HostAvailable), "mem_free": host(record.HostFree),
	"mem_used": host(record.HostUsed), "mem_cached": host(record.HostCached), "mem_slab": host(record.HostSlab),
	"mem_shared": host(record.HostShmem), "mem_swap_total": host(record.HostSwapTotal), "mem_swap_free": host(record.HostSwapFree),
	"swap_total": host(record.HostSwapTotal), "swap_used": host(record.HostSwapUsed), "swap_free": host(record.HostSwapFree),
	"mem_available_percent": {unit: record.Share, scale: 0.01, about: ofHost}, "mem_used_percent": {unit: record.Share, scale: 0.01, about: ofHost},
	"procstat_memory_rss": proc(record.RSS), "docker_container_mem_usage": pod(record.MemoryUsed), "docker_container_mem_limit": pod(record.Limit),
	"kernel_vmstat_oom_kill": counting(host(record.OOMKills), record.Count), "kernel_vmstat_pgmajfault": counting(host(""), record.Count),
	"kernel_vmstat_pswpin": scaled(counting(host(record.SwapIn), record.Bytes), pageSize), "kernel_vmstat_pswpout": scaled(counting(host(record.SwapOut), record.Bytes), pageSize),
	"libvirt_balloon_rss": scaled(vm(record.RSS), 1024), "libvirt_balloon_current": scaled(vm(record.Balloon), 1024),
	// Its plugin libvirt passes virConnectGetAllDomainStats on, sizes in KiB (libvirt-domain.c).
	"libvirt_balloon_maximum": scaled(vm(""), 1024), "libvirt_balloon_unused": scaled(vm(""), 1024), "libvirt_balloon_available": scaled(vm(""), 1024),
	"libvirt_balloon_usable": scaled(vm(""), 1024), "libvirt_balloon_disk_caches": scaled(vm(""), 1024),
	"libvirt_balloon_swap_in": scaled(counting(vm(""), record.Bytes), 1024), "libvirt_balloon_swap_out": scaled(counting(vm(""), record.Bytes), 1024),

	// What clouds and services call theirs: Amazon RDS and ElastiCache, Azure's virtual machines, Google's Ops Agent (with the
	// state in a label, see labelled), Compute Engine and Kubernetes Engine, Datadog's agent (its used holds the page cache).
	"FreeableMemory": host(record.HostAvailable), "SwapUsage": host(record.HostSwapUsed),
	"Available Memory Bytes":                                  host(record.HostAvailable),
	"compute.googleapis.com/instance/memory/balloon/ram_used": vm(record.GuestUsed),
	"compute.googleapis.com/instance/memory/balloon/ram_size": vm(record.Balloon),
	"kubernetes.io/container/memory/used_bytes":               pod(record.MemoryUsed), "kubernetes.io/container/memory/limit_bytes": pod(record.Limit),
	"system.mem.total": host(record.HostTotal), "system.mem.usable": host(record.HostAvailable), "system.mem.free": host(record.HostFree),
	"system.mem.used": host(""), "system.mem.cached": host(record.HostCached), "system.mem.slab": host(record.HostSlab),
	"system.swap.total": host(record.HostSwapTotal), "system.swap.free": host(record.HostSwapFree), "system.swap.used": host(record.HostSwapUsed),
	"kubernetes.memory.rss": pod(record.RSS), "kubernetes.memory.usage": pod(record.MemoryUsed), "kubernetes.memory.limits": pod(record.Limit),
	"container.memory.rss": pod(record.RSS), "container.memory.usage": pod(record.MemoryUsed), "docker.mem.rss": pod(record.RSS),

	// OpenTelemetry's collector (receivers kubeletstats, hostmetrics, dockerstats), as it is and as Prometheus writes it.
	"k8s.pod.memory.rss": pod(record.RSS), "k8s_pod_memory_rss_bytes": pod(record.RSS),
	"k8s.pod.memory.working_set": pod(record.MemoryUsed), "k8s_pod_memory_working_set_bytes": pod(record.MemoryUsed),
	"k8s.node.memory.available": host(record.HostAvailable), "k8s_node_memory_available_bytes": host(record.HostAvailable),
	"process.memory.usage": proc(record.RSS), "process_memory_usage_bytes": proc(record.RSS),
	"container.memory.usage.total": pod(record.MemoryUsed), "container_memory_usage_total_bytes": pod(record.MemoryUsed),
	"container.memory.usage.limit": pod(record.Limit), "container_memory_usage_limit_bytes": pod(record.Limit),

	// windows_exporter (collectors memory, os, cs).
	"windows_memory_available_bytes":            host(record.HostAvailable),
	"windows_memory_physical_free_bytes":        host(record.HostFree),
	"windows_memory_physical_total_bytes":       host(record.HostTotal),
	"windows_os_physical_memory_free_bytes":     host(record.HostAvailable),
	"windows_os_visible_memory_bytes":           host(record.HostTotal),
	"windows_cs_physical_memory_bytes":          host(record.HostTotal),
	"windows_process_working_set_bytes":         proc(record.RSS),
	"windows_process_working_set_private_bytes": proc(record.RSS),
	"windows_memory_cache_bytes":                host(record.HostCached),
	"windows_memory_swap_page_reads_total":      counting(host(""), record.Count),

	// What applications and proxies export about load. Of counters the status in their labels tells which requests failed
	// (see outcome.go); those without one hold failures too.
	"http_requests_per_second":                   {quantity: record.Requests, unit: record.PerSecond},
	"http_requests_total":                        requests,
	"http_server_requests_total":                 requests, // client_ruby's middleware
	"http_requests_received_total":               requests, // prometheus-net
	"http_request_total":                         requests,
	"http_request_duration_seconds_count":        requests,
	"http_server_requests_seconds_count":         requests, // Micrometer: Spring Boot, Quarkus
	"http_server_request_duration_seconds_count": requests, // OpenTelemetry
	"flask_http_request_total":                   requests,
	"starlette_requests_total":                   requests,
	"nginx_http_requests_total":                  requests, // nginx-prometheus-exporter, of stub_status: no status
	"nginx_ingress_controller_requests":          requests, // a counter in spite of its name
	"apache_accesses_total":                      requests,
	"istio_requests_total":                       requests,
	"envoy_http_downstream_rq_xx":                requests,
	"envoy_http_downstream_rq_total":             requests,
	"envoy_cluster_upstream_rq":                  requests,
	"envoy_cluster_upstream_rq_xx":               requests,
	"envoy_cluster_upstream_rq_total":            requests,
	"grpc_server_handled_total":                  requests, // go-grpc-prometheus, java-grpc-prometheus
	"rpc_server_duration_milliseconds_count":     requests, // OpenTelemetry, of gRPC
	"http_server_duration_milliseconds_count":    requests, // OpenTelemetry before its conventions 1.21
	"gin_requests_total":                         requests, // go-gin-prometheus
	"echo_requests_total":                        requests, // echo-contrib
	"apisix_http_status":                         requests, // a counter
	"traefik_entrypoint_requests_total":          requests,
	"traefik_service_requests_total":             requests,
	"traefik_router_requests_total":              requests,
	"traefik_backend_requests_total":             requests, // 1.x
	"haproxy_frontend_http_responses_total":      requests,
	"haproxy_backend_http_responses_total":       requests,
	"haproxy_server_http_responses_total":        requests,
	"haproxy_frontend_http_requests_total":       requests,
	"haproxy_backend_http_requests_total":        requests,
	"caddy_http_request_duration_seconds_count":  requests,
	"kong_http_requests_total":                   requests,
	"kong_http_status":                           requests, // before 3.0
	"k6_http_reqs_total":                         requests,
	"jvm_memory_used_bytes":                      {unit: record.Bytes, about: ofProcess},
	"tps":                                        {quantity: record.Throughput, unit: record.PerSecond},
	"throughput":                                 {quantity: record.Throughput, unit: record.PerSecond},
	"qps":                                        {quantity: record.Requests, unit: record.PerSecond},
	"rps":                                        {quantity: record.Requests, unit: record.PerSecond},
	"k6_vus":                                     {quantity: record.Users, unit: record.Count},
	"locust_users":                               {quantity: record.Users, unit: record.Count},
}
