package logs

import (
	"bytes"

	"oomortem/parser"
	"oomortem/parser/scan"
)

// audit is auditd's own log, /var/log/audit/audit.log (audit 2 and 3; with name_format a node= before it); its epoch is
// an instant:
//
//	type=VIRT_CONTROL msg=audit(1613766044.706:4711): pid=1397 uid=0 ... msg='virt=kvm op=start reason=booted vm="web01" ...'
var audit = parser.Format{
	Name: "audit", Title: "audit trail: /var/log/audit/audit.log",
	Sniff:  sniffLines(92, auditLine),
	Parse:  textual(auditLine),
	Raw:    true,
	Sift:   sifting(auditLine, nil),
	Begins: beginning(auditLine),
}

var auditName = []byte("audit")

func auditLine(b []byte, p *piece) bool {
	rest := b
	if after, ok := bytes.CutPrefix(rest, []byte("node=")); ok {
		i := bytes.IndexByte(after, ' ')
		if i < 0 {
			return false
		}
		p.host, rest = after[:i], after[i+1:]
	}
	if !bytes.HasPrefix(rest, []byte("type=")) {
		return false
	}
	i := bytes.Index(rest[:min(len(rest), 80)], []byte(" msg=audit("))
	if i < 0 {
		return false
	}
	epoch := rest[i+len(" msg=audit("):]
	end := bytes.IndexByte(epoch[:min(len(epoch), 24)], ':')
	if end < 0 {
		return false
	}
	at, ok := scan.Epoch(epoch[:end])
	if !ok {
		return false
	}
	p.at, p.program, p.text = at, auditName, rest
	return true
}
