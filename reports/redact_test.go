package reports

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"oomortem/correlate/verdict"
	"oomortem/parser/record"
)

// The secrets of the tests, each of a kind that a redacted report must not tell.
const (
	secretHost    = "zurich-kvm07"
	secretVM      = "acme-billing-db-1"
	secretPod     = "ledger-7f4c9d6b58-x2k7w"
	secretSpace   = "acme-prod"
	secretUser    = "hmuster"
	secretIPv4    = "10.23.45.67"
	secretIPv6    = "fd12:3456:789a::17"
	secretMAC     = "52:54:00:ab:cd:ef"
	secretUUID    = "3f1c9a52-7d0e-4c61-9b55-0a1b2c3d4e5f"
	secretPath    = "/srv/acme/images/billing.qcow2"
	secretDomain  = "kvm07.zurich.acme.com"
	secretFile    = "acme-run-17/zurich.csv"
	secretMailbox = "h.muster@acme.com"
)

// leaks gives the words that must not occur in any output, in lower case.
func leaks() []string {
	return []string{secretHost, secretVM, `acme\x2dbilling`, secretPod, secretSpace, secretUser, secretIPv4, secretIPv6, secretMAC, secretUUID, secretPath, "billing", "zurich", "acme", "muster"}
}

// tale is a string as logs have them, with every secret in it.
func tale() string {
	return "Feb 20 04:20:41 " + secretHost + " kernel: qemu-kvm for " + secretVM + " (machine-qemu\\x2d3\\x2dacme\\x2dbilling\\x2ddb\\x2d1.scope) pod " + secretSpace + "/" + secretPod +
		" user=" + secretUser + " from " + secretIPv4 + ":22 and [" + secretIPv6 + "] mac " + secretMAC + " uuid " + secretUUID + " image " + secretPath + " at " + secretDomain +
		" mail " + secretMailbox + " file " + secretFile + ":17 tap-" + secretVM + "-0 " + strings.ToUpper(secretHost)
}

// secretive is a report whose every string field holds all the secrets, but for the fields that hold one name: these hold
// theirs. Names of programs and values of closed lists are as they are in any report.
func secretive() *verdict.Report {
	r := planted(tale())
	r.Run.Hosts = []string{secretHost, secretHost + ".zurich.acme.com"}
	r.Capacity.Host = secretHost
	for i := range r.Capacity.VMs {
		r.Capacity.VMs[i].Name = secretVM
	}
	for i := range r.Incidents {
		in := &r.Incidents[i]
		v := in.Victim
		v.Kind, v.Name, v.Host, v.Comm = "vm", secretVM, secretHost, "qemu-kvm"
		v.Pods = []string{secretSpace + "/" + secretPod}
		v.Perhaps = []string{secretVM, "another-acme-vm"}
		in.Cause = verdict.HostOvercommit
		for j := range in.Aggressors {
			in.Aggressors[j].Kind, in.Aggressors[j].Name, in.Aggressors[j].Host = "vm", secretVM, secretHost
		}
		for j := range in.Holders {
			in.Holders[j].Kind, in.Holders[j].Name = "vm", secretVM
		}
		in.Timeline[0].Text = verdict.Say("%v", "An operator ("+secretUser+") asked libvirt to destroy VM "+secretVM)
		in.Timeline[1].Text = verdict.Say("the kernel killed %v (%v, pid %v) for memory", verdict.Name(secretVM), verdict.Name("qemu-kvm"), "7569")
		in.Evidence[0].Text = verdict.Say("%v", verdict.Say("%v grew", verdict.Name(secretVM)))
		in.Evidence[1].Text = verdict.Say("%v grew", verdict.Name("another-acme-vm"))
	}
	for i := range r.Run.Inputs {
		r.Run.Inputs[i].Path = secretFile
	}
	r.Verdict.Cause = verdict.HostOvercommit
	for i := range r.Verdict.Alternatives {
		r.Verdict.Alternatives[i].Cause = verdict.Healthy
	}
	for i := range r.Curves {
		r.Curves[i].Subject, r.Curves[i].Unit = secretVM, record.Bytes
	}
	r.Run.Inputs[1].Problems[0].Message = tale()
	return r
}

// TestRedactedTellsNothing looks for the secrets in every format, in both languages.
func TestRedactedTellsNothing(t *testing.T) {
	r := secretive()
	before := tellAll(t, r)
	for _, s := range leaks() { // or the test below would look for what was never there
		if !strings.Contains(before, strings.ToLower(s)) {
			t.Errorf("%q is not even in the report that is not redacted", s)
		}
	}
	clean, given := Redact(r)
	after := tellAll(t, clean)
	for _, s := range leaks() {
		if i := strings.Index(after, strings.ToLower(s)); i >= 0 {
			t.Errorf("%q is told: …%s…", s, after[max(i-80, 0):min(i+80, len(after))])
		}
	}
	if tellAll(t, r) != before {
		t.Error("the report itself was changed")
	}
	names := map[string]bool{}
	for _, p := range given {
		names[p.Name] = true
	}
	for _, want := range []string{secretHost, secretVM, secretPod, secretSpace, secretUser, secretIPv4, secretIPv6, secretMAC, secretUUID, secretPath, secretFile} {
		if !names[want] {
			t.Errorf("the mapping lacks %q", want)
		}
	}
	again, mapping := Redact(secretive())
	if tellAll(t, again) != after || !reflect.DeepEqual(mapping, given) {
		t.Error("the same report gives other pseudonyms")
	}
}

// tellAll writes a report in every format and language, in lower case; a PNG says nothing that can be searched, and is
// drawn from what the SVG has.
func tellAll(t *testing.T, r *verdict.Report) string {
	t.Helper()
	var all bytes.Buffer
	for _, f := range All() {
		if f.Name == "png" {
			continue
		}
		for _, o := range []Options{{Width: 160}, {Brief: true}, {Lang: "zh", Width: 100}} {
			if err := f.Write(&all, r, o); err != nil {
				t.Fatal(err)
			}
		}
	}
	if strings.Contains(all.String(), base64.StdEncoding.EncodeToString([]byte(secretVM))) {
		t.Error("a secret in base64")
	}
	out := strings.ReplaceAll(all.String(), `\\`, `\`) // as JSON writes it
	return strings.ToLower(out)
}

// A redacted report still says what happened.
func TestRedactedStillProves(t *testing.T) {
	clean, given := Redact(hpServer())
	out := rendered(t, clean, Options{Width: 160})
	for _, want := range []string{"host-overcommit, very likely (0.93)", "host-1", "2021-02-20 04:20:41 +08:00 (2021-02-19 20:20:41 UTC)", "pid 7569, qemu-kvm",
		"messages:4128", "Killed process 7569 (qemu-kvm), UID 107, total-vm:18283204kB", "65675952 kB"} {
		if !strings.Contains(out, want) {
			t.Errorf("the redacted report lacks %q", want)
		}
	}
	if strings.Contains(out, "hp-server") || strings.Contains(out, "vm-k8s") {
		t.Error("names are told")
	}
	same := map[string]string{}
	for _, p := range given {
		if was, ok := same[p.Instead]; ok && p.Kind != "file" {
			t.Errorf("%s stands for %s and for %s", p.Instead, was, p.Name)
		}
		same[p.Instead] = p.Name
	}
}

func TestCensor(t *testing.T) {
	c := newCensor()
	c.hear("vm", "web")
	c.hear("vm", "vm-1") // looks like a pseudonym
	c.hear("host", "主机")
	c.hear("vm", "7")
	c.settle()
	for in, want := range map[string]string{
		"web":                              "vm-2",
		"website and web-2 and qemu-3-web": "website and vm-2-2 and qemu-3-vm-2",
		"VM WEB":                           "VM vm-2",
		"vm-1 vm-10":                       "vm-3 vm-10",
		"在主机上":                             "在host-1上",
		"qemu for vm-…":                    "qemu for vm-3…",
		"7 of 17":                          "7 of 17",
		"04:20:41 12:34:56.789":            "04:20:41 12:34:56.789",
		"messages:12:34":                   "messages:12:34",
		"127.0.0.1 ::1":                    "127.0.0.1 ::1",
		"1.2.3":                            "1.2.3",
		"4.5 MiB/s, 12/34":                 "4.5 MiB/s, 12/34",
		"/proc/7/oom_score_adj":            "/proc/7/oom_score_adj",
		"java.lang.OutOfMemoryError":       "java.lang.OutOfMemoryError",
		"":                                 "",
	} {
		if got := c.told(in); got != want {
			t.Errorf("%q is told as %q, want %q", in, got, want)
		}
	}
	for in, kind := range map[string]string{
		"10.1.2.3": "address", "fe80::1%eth0": "address", "2001:db8:0:1:2:3:4:5": "address", "52:54:00:12:34:56": "address", "db.example.com": "address",
		"/var/lib/x": "path", `C:\data\x.csv`: "path", "~bob/x": "path", "bob@example.com": "user", strings.Repeat("ab12", 16): "id",
	} {
		if got := c.told("x " + in + " y"); !strings.HasPrefix(got, "x "+kind+"-") || !strings.HasSuffix(got, " y") {
			t.Errorf("%q is told as %q, want a %s", in, got, kind)
		}
	}
}

// BenchmarkKnow learns the names of a host of many pods and finds them in a line.
func BenchmarkKnow(b *testing.B) {
	var names []verdict.Named
	for i := range 50_000 {
		names = append(names, verdict.Named{Kind: "pod", Name: fmt.Sprintf("acme-%d/ledger-%05d-x2k7w", i%7, i)})
	}
	line := strings.Repeat("qemu-kvm ledger-00017-x2k7w and others ", 20)
	b.ReportAllocs()
	for b.Loop() {
		x := NewRedactor(nil)
		x.Know(names)
		for range 100 {
			x.Line(line)
		}
	}
}

// BenchmarkRedact replaces the names of a report of 200 curves and 500 rows.
func BenchmarkRedact(b *testing.B) {
	r := large()
	b.ReportAllocs()
	for b.Loop() {
		Redact(r)
	}
}

// Whatever stands around it, a known name is replaced where it is a word, and hostile reports are redacted like others.
func FuzzCensor(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 2000 {
			f.Add(s, "x")
			f.Add("/a/", s)
		}
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		c := newCensor()
		c.hear("vm", secretVM)
		c.settle()
		got := c.told(before + " " + secretVM + " " + after)
		for _, around := range []string{before, after} { // where the text itself repeats it, joined to other letters
			if strings.Contains(strings.ToLower(around), "acme") {
				t.Skip()
			}
		}
		if strings.Contains(strings.ToLower(got), secretVM) {
			t.Errorf("%q is told as %q", before+" "+secretVM+" "+after, got)
		}
	})
}

func TestHostileReportsAreRedacted(t *testing.T) {
	for name, s := range hostile {
		told, _ := Redact(planted(s))
		for _, f := range []Reporter{text, htmlPage} {
			var b bytes.Buffer
			if err := f.Write(&b, told, Options{Width: 80}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := harmless(f.Name, b.String(), Options{Width: 80}); err != nil {
				t.Errorf("%s redacted, as %s: %v", name, f.Name, err)
			}
		}
	}
}
