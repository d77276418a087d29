package store

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/minio/minio-go/v7"
)

// fault is what went wrong at an object store, in words that say what to do.
type fault struct {
	says string
	is   error // fs.ErrNotExist, fs.ErrPermission, fs.ErrExist, errors.ErrUnsupported, or nil for what may be otherwise next time
}

func (f fault) Error() string { return f.says }
func (f fault) Unwrap() error { return f.is }

var (
	errStalled = errors.New("no byte came for too long")
	errChanged = errors.New("it was replaced while it was read")
)

// fault puts an error of a request for something in a bucket into words.
func (l *link) fault(bucket string, err error) error {
	if err == nil {
		return nil
	}
	var done fault
	if errors.As(err, &done) {
		return err
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return l.unreached(err)
	}
	switch answer.Code {
	case "NoSuchKey", "NoSuchVersion", "XMinioInvalidObjectName":
		return fault{"there is no such object", fs.ErrNotExist}
	case "NoSuchBucket":
		return fault{fmt.Sprintf("there is no bucket %s at %s: check its name, and the address (--s3-endpoint)", bucket, l.endpoint), fs.ErrNotExist}
	case "AccessDenied", "AllAccessDisabled":
		if l.anonymous {
			return fault{"no credentials were found and the bucket is not open to all: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE", fs.ErrPermission}
		}
		return fault{"access is denied to these credentials: reading needs s3:ListBucket and s3:GetObject, results need s3:PutObject and s3:DeleteObject as well", fs.ErrPermission}
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId", "XAdminUserNotFound", "UnrecognizedClientException":
		return fault{fmt.Sprintf("%s does not know these credentials (%s): check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, and the address (--s3-endpoint)", l.endpoint, answer.Code), fs.ErrPermission}
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return fault{"the credentials have expired: get new ones and start again", nil}
	case "RequestTimeTooSkewed":
		return fault{"this machine's clock is wrong by more than the server allows: set it", nil}
	case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException", "InvalidRegion":
		return fault{"the bucket is in another region" + maybe(" (", answer.Region, ")") + ": set AWS_REGION", nil}
	case "PreconditionFailed", "ConditionalRequestConflict":
		return fault{"somebody else wrote it first", fs.ErrExist}
	case "NotImplemented":
		return fault{answered(answer), errors.ErrUnsupported}
	case "SlowDown", "SlowDownRead", "SlowDownWrite", "Throttling", "ThrottlingException", "RequestLimitExceeded":
		return fault{"the server asks to slow down, after ten attempts still: take fewer --jobs or try again later", nil}
	}
	return fault{answered(answer), nil}
}

// answered gives an answer that needs no advice of ours, without what could act on a terminal.
func answered(answer minio.ErrorResponse) string {
	said := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, answer.Message)
	said = strings.TrimSuffix(strings.TrimSpace(said), ".")
	if len(said) > 300 {
		said = strings.ToValidUTF8(said[:300], "") + "..."
	}
	return fmt.Sprintf("the server answered %d %s%s", answer.StatusCode, strings.Map(letters, answer.Code), maybe(": ", said, ""))
}

func letters(r rune) rune {
	if r < '0' || r > 'z' {
		return -1
	}
	return r
}

func maybe(before, s, behind string) string {
	if s == "" {
		return ""
	}
	return before + s + behind
}

// unreached puts into words that there was no answer.
func (l *link) unreached(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network net.Error
	var untrusted x509.UnknownAuthorityError
	var resolved *net.DNSError
	switch {
	case errors.As(err, &untrusted):
		return fault{fmt.Sprintf("the certificate of %s is signed by nobody known here: name its authority's file with AWS_CA_BUNDLE", l.endpoint), nil}
	case errors.Is(err, http.ErrSchemeMismatch):
		return fault{fmt.Sprintf("%s answers without TLS: give its address as http://...", l.endpoint), nil}
	case errors.As(err, &resolved):
		return fault{fmt.Sprintf("there is no host %s (%s): check the address (--s3-endpoint) and the network", resolved.Name, resolved.Err), nil}
	case errors.Is(err, errStalled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fault{fmt.Sprintf("%s does not answer in time: check the network, or try again later", l.endpoint), nil}
	case errors.Is(err, errChanged):
		return fault{err.Error() + ": start again when it is whole", nil}
	}
	return fault{fmt.Sprintf("%s cannot be reached (%v): check the address (--s3-endpoint) and the network", l.endpoint, err), nil}
}
