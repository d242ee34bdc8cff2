"""Names of many origins to put together, each with the codes that may go with it.

No name here is a person: given names and surnames are common ones, drawn apart and joined by chance.
Codes are those of CBDS (ethnicity CS001 as DfE lists it, language CS013).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """One stock of names. ``ethnicities`` and ``languages`` are CBDS codes, ``religion`` a word of the school's own."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    surnames: tuple[str, ...]
    ethnicities: tuple[str, ...]
    languages: tuple[str, ...]
    religion: str


def _origin(girls: str, boys: str, surnames: str, ethnicities: str, languages: str, religion: str) -> Origin:
    return Origin(
        tuple(girls.split(",")),
        tuple(boys.split(",")),
        tuple(surnames.split(",")),
        tuple(ethnicities.split()),
        tuple(languages.split()),
        religion,
    )


_BRITISH = _origin(
    "Amelia,Poppy,Jessica,Isla,Ruby,Holly,Martha,Edith,Mary-Jane,Chloë",
    "Oliver,Alfie,Harry,Noah,Arthur,Stanley,Rufus,Toby,Edmund,George-Lee",
    "Marsh,Oakes,Thornbury,Wickett,Penhale,Lark,Fairweather,Bracken-Hill,Quill,Applegarth,Stead,Tansley,Holloway",
    "WBRI",
    "ENG",
    "Christian",
)

ORIGINS: tuple[Origin, ...] = (
    # three times over: most pupils of most schools, and still a mixed file
    _BRITISH,
    _BRITISH,
    _BRITISH,
    _origin(
        "Siân,Niamh,Aoife,Ffion,Róisín,Carys",
        "Seán,Rhys,Ciarán,Tomos,Pádraig,Dafydd",
        "O'Dunmore,Mac Giolla,Llewelyn-Parry,O’Tierney,Prydderch,Gwynfor",
        "WIRI WBRI",
        "ENG CYM GAE",
        "Roman Catholic",
    ),
    _origin(
        "Zofia,Żaneta,Małgorzata,Hanna,Łucja",
        "Łukasz,Paweł,Szymon,Michał,Wojciech",
        "Wiśniewska-Bąk,Kowalczyk,Dąbek,Żurawski,Śliwa,Grzyb",
        "WOTH",
        "POL",
        "Roman Catholic",
    ),
    _origin(
        "Ștefania,Ioana,Mădălina,Crina",
        "Ștefan,Răzvan,Ionuț,Dragoș",
        "Țăranu,Munteanu,Brânză,Vișan",
        "WOTH WROM",
        "RMN RMI",
        "Orthodox",
    ),
    _origin(
        "Eliška,Žofie,Božena,Tereza",
        "Šimon,Ondřej,Jiří,Matěj",
        "Dvořáček,Růžička,Šťastný,Hájek",
        "WOTH",
        "CZE SLO",
        "None",
    ),
    _origin(
        "Gülşen,Elif,Çiğdem,Defne",
        "Şükrü,Emre,Oğuz,İlker",
        "Yıldızlı,Çelikoğlu,Şahinbaş,Özgür",
        "WOTH",
        "TUR KUR",
        "Muslim",
    ),
    _origin(
        "Conceição,Inês,Leonor,Mónica",
        "João,Tomé,Simão,Íñigo",
        "Gonçalves-Pinho,Araújo,Núñez,Ibáñez,Simões",
        "WOTH",
        "POR SPA",
        "Roman Catholic",
    ),
    _origin(
        "Oksana,Daryna,Solomiia,Ugnė,Žemyna",
        "Danylo,Taras,Bohdan,Ąžuolas,Jonas",
        "Shevchuk-Lys,Bondar,Kovalyk,Žukauskas,Mėlynis",
        "WOTH",
        "UKR LIT",
        "Orthodox",
    ),
    _origin(
        "Ọláyínká,Adébọ́lá,Chiamaka,Ngozi,Folúkẹ́",
        "Adébáyọ̀,Oluwaseun,Chukwuemeka,Túndé,Ifeanyi",
        "Ọdúnsì,Adéọlá,Okonjo-Bello,Nwachi,Ìbídùn",
        "BAFR",
        "YOR IGB ENG",
        "Christian",
    ),
    _origin(
        "Akosua,Abena,Efua,Esi",
        "Kwabena,Kofi,Yaw,Kwaku",
        "Boatengwa,Ansahene,Quartey-Mills,Asare",
        "BAFR",
        "AKA EWE GAA",
        "Christian",
    ),
    _origin(
        "Shanelle,Renée,Tamika,Marcia",
        "Jermaine,Delroy,Andre,Théo",
        "Campbell-Reid,Gayle,Lynch-Toussaint,St. Clair",
        "BCRB MWBC",
        "ENG CCE",
        "Christian",
    ),
    _origin(
        "Hodan,Ifrah,Sagal,Ayaan",
        "Abdirahman,Liban,Warsame,Guled",
        "Farahow,Nuradin,Warsangeli,Jimcale",
        "BAFR",
        "SOM",
        "Muslim",
    ),
    _origin(
        "Aaliyah,Zainab,Hafsa,Maryam",
        "Ibrahim,Hamza,Bilal,Zayd",
        "Mirzada,Qureshpur,Chaudhryan,Malikzai",
        "APKN",
        "URD PHR PNJ",
        "Muslim",
    ),
    _origin(
        "Nusrat,Tahmina,Sadia,Rumana",
        "Rafiq,Tanvir,Shahin,Mahfuz",
        "Uddinpur,Begumzada,Miahdar,Talukder",
        "ABAN",
        "BNG",
        "Muslim",
    ),
    _origin(
        "Harleen,Simran,Jasleen,Navneet",
        "Gurdeep,Arjan,Tejinder,Harman",
        "Dhillonwal,Sandhurai,Grewalia,Bhullar",
        "AIND",
        "PNJ",
        "Sikh",
    ),
    _origin(
        "Diya,Aaradhya,Krupa,Nithya",
        "Vivaan,Rohan,Hitesh,Karthik",
        "Patelwala,Deshmukhi,Iyengaran,Chauhanika",
        "AIND",
        "GUJ HIN TAM MLM",
        "Hindu",
    ),
    _origin(
        "Mei,Xiù Yīng,Jia-Hui,Lan", "Wei,Jùn,Zi-Hao,Kai", "Zhàonan,Ouyang,Lǚ,Tseng-Hall", "CHNE", "CHI", "Buddhist"
    ),
    _origin("Nguyệt,Thảo,Linh,Mỹ", "Đức,Quân,Hiếu,Tuấn", "Nguyễn,Đặng,Phùng,Lưu", "AOTH", "VIE", "Buddhist"),
    _origin(
        "Parisa,Rania,Nour,Shirin",
        "Dariush,Omar,Yousef,Kaveh",
        "Al-Sharqi,Tehranchi,Haddadin,Rostamzadeh",
        "OOTH",
        "PRS ARA",
        "Muslim",
    ),
    _origin(
        "Þóra,Sigrún,Åse,Käthe",
        "Þórður,Björn,Søren,Jürgen",
        "Ævarsdóttir,Ødegaard-Lund,Großmann,Sjöqvist",
        "WOTH",
        "ISL DAN GER SWE",
        "None",
    ),
)
