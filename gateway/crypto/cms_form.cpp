// Reads the outer form of a CMS SignedData.
#include "gateway/crypto/cms_form.hpp"

#include <cstdint>

namespace gw::crypto {
namespace {

/// Reads DER values one after another; the first fault makes everything after it empty.
class Der {
public:
    explicit Der(std::string_view bytes) : rest_(bytes) {}
    bool good() const { return good_; }
    bool done() const { return good_ && rest_.empty(); }
    int tag() const { return rest_.empty() ? -1 : static_cast<unsigned char>(rest_[0]); }
    /// The content of the next value, which must have this tag.
    std::string_view take(int wanted) {
        std::size_t header = 0, size = 0;
        if (tag() != wanted || !measure(header, size)) {
            good_ = false;
            rest_ = {};
            return {};
        }
        const auto content = rest_.substr(header, size);
        rest_.remove_prefix(header + size);
        return content;
    }
    void skip(int wanted) {
        if (tag() == wanted) take(wanted);
    }
    bool measure(std::size_t& header, std::size_t& size) const {
        if (rest_.size() < 2) return false;
        const auto first = static_cast<unsigned char>(rest_[1]);
        header = 2;
        size = first;
        if (first >= 0x80) {
            const std::size_t count = first & 0x7f;
            if (count == 0 || count > 4 || rest_.size() < 2 + count || rest_[2] == 0) return false;
            size = 0;
            for (std::size_t i = 0; i < count; ++i)
                size = size << 8 | static_cast<unsigned char>(rest_[2 + i]);
            header += count;
            if (size < 0x80) return false;
        }
        return size <= rest_.size() - header;
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

constexpr int integer = 0x02, null = 0x05, oid = 0x06, sequence = 0x30, set = 0x31,
              context_0 = 0xa0, context_1 = 0xa1, key_id = 0x80, octets = 0x04;

/// The object identifier of an AlgorithmIdentifier whose parameters are absent or NULL.
std::string_view plain_algorithm(std::string_view content) {
    Der fields(content);
    const auto name = fields.take(oid);
    if (!fields.done() && !(fields.take(null).empty() && fields.done())) return {};
    return name;
}

struct Signer {
    int version = 0;
    std::string_view digest;
};
Signer read_signer(std::string_view content, CmsForm& form) {
    Signer signer;
    Der fields(content);
    const auto version = fields.take(integer);
    if (version.size() != 1) return signer;
    signer.version = version[0];
    form.signer_by_key = fields.tag() == key_id;
    form.signer = fields.take(form.signer_by_key ? key_id : sequence);
    signer.digest = plain_algorithm(fields.take(sequence));
    form.attributes = fields.take(context_0);
    fields.take(sequence);  // signature algorithm
    form.value = fields.take(octets);
    fields.skip(context_1);  // unsigned attributes
    form.good =
        fields.done() && !signer.digest.empty() && signer.version == (form.signer_by_key ? 3 : 1);
    return signer;
}

}  // namespace

std::size_t der_size(std::string_view bytes) {
    std::size_t header = 0, size = 0;
    return Der(bytes).measure(header, size) ? header + size : 0;
}

CmsForm read_form(std::string_view der) {
    CmsForm form;
    Der outer(der);
    Der info(outer.take(sequence));
    info.take(oid);
    Der wrapped(info.take(context_0));
    Der data(wrapped.take(sequence));
    const auto version = data.take(integer);
    Der digests(data.take(set));
    const auto digest = plain_algorithm(digests.take(sequence));
    data.take(sequence);  // what was signed: its type
    data.skip(context_0);
    data.skip(context_1);
    Der signers(data.take(set));
    const auto signer = read_signer(signers.take(sequence), form);
    const bool ended = outer.done() && info.done() && wrapped.done() && data.done() &&
                       digests.done() && signers.done();
    form.good = form.good && ended && version.size() == 1 && version[0] == signer.version &&
                digest == signer.digest;
    return form;
}

}  // namespace gw::crypto
