// Signs result papers as a leader of the province would.
#include "simulators/onestop/signing_desk.hpp"

#include "simulators/kit/pdf_file.hpp"

namespace sim::onestop {
namespace {

constexpr kit::UnixTime day = 86'400, year = 365 * day;

kit::SignerWish leader(kit::UnixTime now) {
    kit::SignerWish wish;
    wish.name = "Lãnh đạo Mẫu";
    wish.from = now - year;
    wish.to = now + year;
    return wish;
}

}  // namespace

SigningDesk::SigningDesk(kit::UnixTime now)
    : authority_("CA Mẫu của một cửa", now - 5 * year, now + 5 * year),
      leader_(authority_.issue(leader(now))),
      revocations_(authority_.revocations(now - day, now + 30 * day)) {}

std::string SigningDesk::signed_paper(std::size_t bytes, std::uint64_t seed, kit::UnixTime now)
    const {
    kit::PdfFile file("Ket qua giai quyet", bytes, seed);
    kit::SignatureWish wish;
    wish.signer = leader_;
    wish.revocations_pem = {revocations_};
    wish.at = now;
    file.sign(wish);
    return file.bytes();
}

std::string forged(std::string paper) {
    const auto at = paper.find("Ket qua");
    if (at != paper.npos) paper[at] = 'X';
    return paper;
}

}  // namespace sim::onestop
