package facts

import "oomortem/parser"

// Formats gives every listing as a format, and last the pasted terminal that holds several.
func Formats() []parser.Format {
	var all []parser.Format
	for _, l := range listings() {
		all = append(all, l.format())
	}
	return append(all, terminal())
}

// listings gives every listing, one a line.
func listings() []listing {
	return []listing{
		virshList,
		dominfo,
		domainXML,
		domstats,
		dommemstat,
		domstate,
		domiflist,
		meminfo,
		sysctl,
		free,
		numactl,
		cgroup,
		cgls,
		vmstat,
		top,
		ps,
		kubectlPods,
		kubectlNodes,
		qmList,
		openstackServers,
		vmCSV,
		uname,
		bootArgs,
		timedatectl,
		date,
	}
}
