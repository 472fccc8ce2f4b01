PRAGMA application_id = 1128418097;
PRAGMA user_version = 3;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES(1,'registry','2026-11-24T19:47:38.34784339Z','9116379952334324608');
INSERT INTO refinery_schema_history VALUES(2,'doubt_and_decision','2026-11-24T19:47:38.347872056Z','12580987599382663428');
INSERT INTO refinery_schema_history VALUES(3,'bulk_of_people','2026-11-24T19:47:38.347874561Z','13628145165697299314');
CREATE TABLE registry (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    uuid          TEXT NOT NULL,
    title         TEXT NOT NULL,
    day_zero      TEXT NOT NULL CHECK (day_zero IN ('first infusion', 'last infusion', 'enrolment')),
    baseline      TEXT NOT NULL CHECK (baseline IN ('last on or before day 0')),
    rules_version INTEGER NOT NULL DEFAULT 1 CHECK (rules_version >= 1), -- counts changes of schedule and rules
    made_by       TEXT NOT NULL                                          -- program version
) STRICT;
INSERT INTO registry VALUES(1,'01a20f19-7d14-70f2-a27d-0f88cdad3aff','kept','first infusion','last on or before day 0',1,'casebook 0.1.0');
CREATE TABLE timepoint (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    target_day INTEGER NOT NULL,
    first_day  INTEGER NOT NULL CHECK (first_day <= target_day),
    last_day   INTEGER NOT NULL CHECK (last_day >= target_day)
) STRICT;
INSERT INTO timepoint VALUES(1,'01a20f19-7d14-70f2-a27d-0f892457e62b','W0',0,0,0);
INSERT INTO timepoint VALUES(2,'01a20f19-7d14-70f2-a27d-0f8a98862ad3','W4',28,21,35);
INSERT INTO timepoint VALUES(3,'01a20f19-7d14-70f2-a27d-0f8ba9a9bf25','W12',84,70,98);
INSERT INTO timepoint VALUES(4,'01a20f19-7d14-70f2-a27d-0f8cd38cfa7d','W24',168,140,196);
CREATE TABLE report (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    key            TEXT NOT NULL UNIQUE CHECK (key <> '' AND instr(key, '/') = 0),
    kind           TEXT NOT NULL CHECK (kind IN ('case report', 'case series', 'trial arm', 'registry extract', 'second-hand')),
    simulated      INTEGER NOT NULL DEFAULT 0 CHECK (simulated IN (0, 1)), -- 1: invented for demonstration
    title          TEXT,
    authors        TEXT,
    journal        TEXT,
    year           INTEGER CHECK (year BETWEEN 1800 AND 2200),
    volume         TEXT,
    issue          TEXT,
    pages          TEXT,
    doi            TEXT,
    pmid           TEXT,
    registration   TEXT, -- trial registration number
    country        TEXT,
    language       TEXT,
    site           TEXT,
    adverse_events TEXT NOT NULL DEFAULT 'not mentioned'
                   CHECK (adverse_events IN ('given', 'none stated', 'not mentioned')),
    adverse_events_days INTEGER CHECK (adverse_events_days >= 0), -- how long they were looked for
    adverse_events_source_id INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note           TEXT
) STRICT;
INSERT INTO report VALUES(1,'01a20f19-7d50-725b-adad-77e0093c3595','huang-2025','case report',0,'A Case Report of Human Umbilical Cord Mesenchymal Stem Cells in the Treatment of Type 2 Diabetes Mellitus','HUANG Cai-hao, ZHANG Fan','罕少疾病杂志',2025,NULL,NULL,NULL,NULL,NULL,NULL,'China','zh','The Fifth Clinical Medical College of Anhui Medical University, Hefei','none stated',84,1,'A retrospective study of one patient, entered from a copy that is garbled but for the English abstract: a lost decimal point, unit or heading may be the copy''s. The journal''s name is a likely reading (as are volume 32 and issue 7, left out here). No DOI, pages, registration or ethics statement were legible. Whether week 4 is counted from the first or from the last infusion is not said.');
INSERT INTO report VALUES(2,'01a20f19-7d52-7276-b1a9-33d48e9347bc','simulated-3','case series',1,'Simulated case series 3',NULL,NULL,2021,NULL,NULL,NULL,NULL,NULL,NULL,'Vietnam','English','Simulated Stem Cell Institute','given',168,NULL,'Invented for demonstration; no person stands behind it.');
CREATE TABLE source (
    id        INTEGER PRIMARY KEY,
    uuid      TEXT NOT NULL UNIQUE,
    report_id INTEGER REFERENCES report (id) ON DELETE RESTRICT,
    place     TEXT, -- table 2, p. 4
    quote     TEXT, -- in the report's words
    method    TEXT CHECK (method IN ('text', 'table', 'figure', 'author', 'lab')),
    CHECK (place IS NOT NULL OR quote IS NOT NULL OR method IS NOT NULL)
) STRICT;
INSERT INTO source VALUES(1,'01a20f19-7d50-725b-adad-77e12a94c1dc',1,'abstract, result 4','No adverse reactions were observed in the patient during the 12-week follow-up.','text');
INSERT INTO source VALUES(2,'01a20f19-7d50-725b-adad-77e4aed5ef96',1,'abstract',NULL,'text');
INSERT INTO source VALUES(3,'01a20f19-7d50-725b-adad-77e5e2c41a41',1,'abstract, methods','Three intravenous infusions of hUC-MSCs were administered to the patient','text');
INSERT INTO source VALUES(4,'01a20f19-7d51-71df-a11e-66d63e4d8da1',1,'figure 1A',NULL,NULL);
INSERT INTO source VALUES(5,'01a20f19-7d51-71df-a11e-66d7d680266f',1,'figure 1B',NULL,NULL);
INSERT INTO source VALUES(6,'01a20f19-7d51-71df-a11e-66d8292137d1',1,'figure 1C, whose caption is illegible where it names the variable; postprandial glucose is likely',NULL,NULL);
INSERT INTO source VALUES(7,'01a20f19-7d51-71df-a11e-66d92b446626',1,'figure 2A',NULL,NULL);
INSERT INTO source VALUES(8,'01a20f19-7d51-71df-a11e-66dada1a9ed3',1,'figure 2B',NULL,NULL);
INSERT INTO source VALUES(9,'01a20f19-7d51-71df-a11e-66db64515c77',1,'figure 2C',NULL,NULL);
INSERT INTO source VALUES(10,'01a20f19-7d51-71df-a11e-66dc7af5be76',1,'figure 2D',NULL,NULL);
INSERT INTO source VALUES(11,'01a20f19-7d51-71df-a11e-66ddfe2d90a7',1,'table of tumour markers, first of three unlabelled columns',NULL,'table');
INSERT INTO source VALUES(12,'01a20f19-7d51-71df-a11e-66e0f50e2afa',1,'table of tumour markers, second of three unlabelled columns',NULL,'table');
INSERT INTO source VALUES(13,'01a20f19-7d52-7276-b1a9-33c660d12149',1,'table of tumour markers, third of three unlabelled columns',NULL,'table');
INSERT INTO source VALUES(14,'01a20f19-7d52-7276-b1a9-33c7ed04589e',1,'abstract, result 1','the patient achieved target control of glycated hemoglobin at 4 weeks and 12 weeks','text');
INSERT INTO source VALUES(15,'01a20f19-7d52-7276-b1a9-33caa665e6f9',1,'abstract, result 2','Fasting blood sugar levels continued to decrease','text');
INSERT INTO source VALUES(16,'01a20f19-7d52-7276-b1a9-33cc8dbbc670',1,'abstract, result 2','postprandial blood sugar levels were lower than baseline levels','text');
INSERT INTO source VALUES(17,'01a20f19-7d52-7276-b1a9-33ce4e303a1b',1,'abstract, result 2','leading to a reduction in medication','text');
INSERT INTO source VALUES(18,'01a20f19-7d52-7276-b1a9-33d0d39665f6',1,'abstract, result 3','Pancreatic function partially recovered','text');
INSERT INTO source VALUES(19,'01a20f19-7d52-7276-b1a9-33d2155a3650',1,'abstract, result 3','insulin resistance improved','text');
INSERT INTO source VALUES(20,'01a20f19-7d54-74c0-8425-d56f3315f654',2,'figure 2',NULL,'figure');
CREATE TABLE patient (
    id                      INTEGER PRIMARY KEY,
    uuid                    TEXT NOT NULL UNIQUE,
    key                     TEXT NOT NULL UNIQUE CHECK (key <> ''),
    sex                     TEXT CHECK (sex IN ('female', 'male', 'other', 'unknown')),
    age_years               REAL CHECK (age_years >= 0 AND age_years <= 130), -- on day 0
    birth_year              INTEGER CHECK (birth_year BETWEEN 1850 AND 2200),
    diagnosis               TEXT,
    diabetes_duration_years REAL CHECK (diabetes_duration_years >= 0),        -- on day 0
    height_cm               REAL CHECK (height_cm > 0),
    follow_up_days          INTEGER CHECK (follow_up_days >= 0),              -- from day 0
    enrolment_date          TEXT,
    source_id               INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note                    TEXT
, batch_id INTEGER) STRICT;
INSERT INTO patient VALUES(1,'01a20f19-7d50-725b-adad-77e312f8c6f5','huang-2025/1',NULL,NULL,NULL,'T2DM',NULL,NULL,84,NULL,2,'Before treatment the patient "had not achieved the target level of glycated hemoglobin"; the target itself is not stated.',NULL);
INSERT INTO patient VALUES(2,'01a20f19-7d53-72bd-8a82-e2ae8408c0c9','simulated-3/1','female',50.0,NULL,'T2DM',18.0,155.0,365,NULL,NULL,NULL,NULL);
INSERT INTO patient VALUES(3,'01a20f19-7d58-7129-b281-1afa1fc47a51','simulated-3/2','male',64.0,NULL,'T2DM',19.0,NULL,84,NULL,NULL,'Asked for events by telephone, not seen again.',NULL);
CREATE TABLE patient_report (
    patient_id INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    report_id  INTEGER NOT NULL REFERENCES report (id) ON DELETE RESTRICT,
    first      INTEGER NOT NULL CHECK (first IN (0, 1)), -- 1: the report it was recorded from
    PRIMARY KEY (patient_id, report_id)
) STRICT, WITHOUT ROWID;
INSERT INTO patient_report VALUES(1,1,1);
INSERT INTO patient_report VALUES(2,2,1);
INSERT INTO patient_report VALUES(3,2,1);
CREATE TABLE attribute (
    id      INTEGER PRIMARY KEY,
    uuid    TEXT NOT NULL UNIQUE,
    key     TEXT NOT NULL UNIQUE,
    label   TEXT,
    kind    TEXT NOT NULL CHECK (kind IN ('category', 'number', 'text', 'date', 'yes-no')),
    choices TEXT CHECK (choices IS NULL OR json_valid(choices)) -- category: JSON array of the values allowed
) STRICT;
INSERT INTO attribute VALUES(1,'01a20f19-7d82-7573-9cbc-1b665c3c1fa1','arm',NULL,'category','["placebo","msc"]');
CREATE TABLE patient_attribute (
    patient_id   INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    attribute_id INTEGER NOT NULL REFERENCES attribute (id) ON DELETE RESTRICT,
    value        TEXT NOT NULL,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    PRIMARY KEY (patient_id, attribute_id)
) STRICT, WITHOUT ROWID;
INSERT INTO patient_attribute VALUES(2,1,'msc',NULL);
INSERT INTO patient_attribute VALUES(3,1,'placebo',NULL);
CREATE TABLE product (
    id           INTEGER PRIMARY KEY,
    uuid         TEXT NOT NULL UNIQUE,
    key          TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name         TEXT,
    cell_type    TEXT,
    donor        TEXT CHECK (donor IN ('autologous', 'allogeneic', 'xenogeneic')),
    tissue       TEXT, -- tissue of origin
    preparation  TEXT, -- separation, culture medium, cryoprotectant
    state        TEXT CHECK (state IN ('fresh', 'frozen')),
    identity     TEXT, -- surface markers, differentiation
    release_tests TEXT,
    lot          TEXT,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note         TEXT
) STRICT;
INSERT INTO product VALUES(1,'01a20f19-7d50-725b-adad-77e20020393e','huang-2025-huc-msc','hUC-MSC','MSC',NULL,'umbilical cord',NULL,NULL,NULL,NULL,NULL,NULL,'Donor relation, passage, viability and lot are not reported.');
INSERT INTO product VALUES(2,'01a20f19-7d53-72bd-8a82-e2adbdd0b7aa','sim3-bm-msc',NULL,'MSC','autologous','bone marrow','platelet lysate medium','fresh',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE infusion (
    id                INTEGER PRIMARY KEY,
    patient_id        INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    number            INTEGER NOT NULL CHECK (number >= 1),
    day               INTEGER,
    date              TEXT,
    product_id        INTEGER REFERENCES product (id) ON DELETE RESTRICT,
    route             TEXT,
    delivery_site     TEXT,
    cells             REAL CHECK (cells > 0),        -- cells given
    cells_per_kg      REAL CHECK (cells_per_kg > 0), -- cells given per kg of body weight
    dose_printed      TEXT,                          -- the dose in the report's words
    volume_ml         REAL CHECK (volume_ml > 0),
    viability_percent REAL CHECK (viability_percent BETWEEN 0 AND 100),
    passage           INTEGER CHECK (passage >= 0),
    premedication     TEXT,
    source_id         INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note              TEXT,
    UNIQUE (patient_id, number)
) STRICT;
INSERT INTO infusion VALUES(1,1,1,NULL,NULL,1,'intravenous',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,NULL);
INSERT INTO infusion VALUES(2,1,2,NULL,NULL,1,'intravenous',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,NULL);
INSERT INTO infusion VALUES(3,1,3,NULL,NULL,1,'intravenous',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,3,NULL);
INSERT INTO infusion VALUES(4,2,1,0,NULL,2,'intravenous',NULL,110000000.00000001489,1500000.0,NULL,NULL,91.0,3,NULL,NULL,NULL);
INSERT INTO infusion VALUES(5,2,2,14,NULL,2,'intravenous',NULL,110000000.00000001489,1500000.0,NULL,NULL,91.0,3,NULL,NULL,NULL);
INSERT INTO infusion VALUES(6,3,1,0,NULL,2,'intravenous',NULL,NULL,1500000.0,NULL,NULL,NULL,3,NULL,NULL,NULL);
CREATE TABLE visit (
    id           INTEGER PRIMARY KEY,
    patient_id   INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    label        TEXT NOT NULL CHECK (label <> ''),
    timepoint_id INTEGER REFERENCES timepoint (id) ON DELETE RESTRICT,
    day          INTEGER,
    day_basis    TEXT CHECK (day_basis IN ('actual', 'planned')), -- planned: read off the label only
    date         TEXT,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note         TEXT, batch_id INTEGER,
    UNIQUE (patient_id, label),
    CHECK ((day IS NULL) = (day_basis IS NULL))
) STRICT;
INSERT INTO visit VALUES(1,1,'W0',1,0,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(2,1,'W4',2,28,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(3,1,'W12',3,84,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(4,2,'W0',1,0,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(5,2,'W4',2,28,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(6,2,'W12',3,84,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(7,2,'W24',4,168,'planned',NULL,NULL,NULL,NULL);
INSERT INTO visit VALUES(8,3,'W0',1,0,'planned',NULL,NULL,NULL,NULL);
CREATE TABLE analyte (
    id             INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
    uuid           TEXT NOT NULL UNIQUE,
    key            TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    specimen       TEXT,
    state          TEXT, -- fasting, 120 min after a meal ...
    canonical_unit TEXT NOT NULL, -- UCUM
    loinc          TEXT,
    decimals       INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9), -- usual decimals in the canonical unit
    hard_min       REAL, hard_max REAL,   -- outside: refused
    query_min      REAL, query_max REAL,  -- outside: asked about
    built_in       INTEGER NOT NULL CHECK (built_in IN (0, 1))
, symbol TEXT) STRICT;
INSERT INTO analyte VALUES(1,'01a20f19-7d19-75f7-ac78-5278a8d2bcad','hba1c','Haemoglobin A1c','blood',NULL,'mmol/mol','59261-8',0,9.0,195.0,26.0,130.0,1,NULL);
INSERT INTO analyte VALUES(2,'01a20f19-7d19-75f7-ac78-5279b76ecf4d','fpg','Glucose, fasting','serum/plasma','fasting','mmol/L','14771-0',1,1.0,50.0,3.0,20.0,1,NULL);
INSERT INTO analyte VALUES(3,'01a20f19-7d19-75f7-ac78-527a68444725','glu_random','Glucose, random/unspecified','serum/plasma',NULL,'mmol/L','14749-6',1,1.0,60.0,3.0,25.0,1,NULL);
INSERT INTO analyte VALUES(4,'01a20f19-7d19-75f7-ac78-527b03a64df4','pg2h_ogtt','Glucose 2 h after 75 g glucose','serum/plasma','OGTT 120 min','mmol/L','14995-5',1,1.0,60.0,3.5,30.0,1,NULL);
INSERT INTO analyte VALUES(5,'01a20f19-7d19-75f7-ac78-527caaebd040','pg2h_meal','Glucose 2 h after a meal','serum/plasma','MMTT/meal 120 min','mmol/L',NULL,1,1.0,60.0,3.5,30.0,1,NULL);
INSERT INTO analyte VALUES(6,'01a20f19-7d19-75f7-ac78-527dd7c60b09','fcp','C-peptide, fasting','serum/plasma','fasting','nmol/L','42180-0',2,0.0,10.0,0.050000000000000002775,2.0,1,NULL);
INSERT INTO analyte VALUES(7,'01a20f19-7d19-75f7-ac78-527e94cf7e73','cp_random','C-peptide, unspecified','serum/plasma',NULL,'nmol/L',NULL,2,0.0,20.0,0.050000000000000002775,5.0,1,NULL);
INSERT INTO analyte VALUES(8,'01a20f19-7d19-75f7-ac78-527f16975ab9','pcp2h','C-peptide 2 h after meal/75 g','serum/plasma','120 min','nmol/L',NULL,2,0.0,20.0,0.050000000000000002775,6.0,1,NULL);
INSERT INTO analyte VALUES(9,'01a20f19-7d19-75f7-ac78-5280a222f605','fins','Insulin, fasting','serum/plasma','fasting','pmol/L','59179-2',0,0.0,6000.0,6.0,360.0,1,NULL);
INSERT INTO analyte VALUES(10,'01a20f19-7d19-75f7-ac78-528138108345','ins_random','Insulin, unspecified','serum/plasma',NULL,'pmol/L','14796-7',0,0.0,12000.0,6.0,1800.0,1,NULL);
INSERT INTO analyte VALUES(11,'01a20f19-7d19-75f7-ac78-528207212bc6','tc','Cholesterol, total','serum/plasma',NULL,'mmol/L','14647-2',2,0.5,30.0,2.0,10.0,1,NULL);
INSERT INTO analyte VALUES(12,'01a20f19-7d19-75f7-ac78-5283446aba72','tg','Triglyceride','serum/plasma','fasting','mmol/L','14927-8',2,0.10000000000000000555,120.0,0.29999999999999998889,11.400000000000000355,1,NULL);
INSERT INTO analyte VALUES(13,'01a20f19-7d19-75f7-ac78-52846645e0e5','hdl','HDL cholesterol','serum/plasma',NULL,'mmol/L','14646-4',2,0.10000000000000000555,5.0,0.5,3.0,1,NULL);
INSERT INTO analyte VALUES(14,'01a20f19-7d19-75f7-ac78-5285fb348e42','ldl','LDL cholesterol','serum/plasma',NULL,'mmol/L','22748-8',2,0.10000000000000000555,20.0,0.5,8.0,1,NULL);
INSERT INTO analyte VALUES(15,'01a20f19-7d19-75f7-ac78-52864684a086','alt','Alanine aminotransferase','serum/plasma',NULL,'U/L','1742-6',0,1.0,10000.0,3.0,200.0,1,NULL);
INSERT INTO analyte VALUES(16,'01a20f19-7d19-75f7-ac78-5287524b154f','ast','Aspartate aminotransferase','serum/plasma',NULL,'U/L','1920-8',0,1.0,10000.0,5.0,200.0,1,NULL);
INSERT INTO analyte VALUES(17,'01a20f19-7d19-75f7-ac78-528827ffccde','ggt','Gamma-glutamyl transferase','serum/plasma',NULL,'U/L','2324-2',0,1.0,10000.0,3.0,500.0,1,NULL);
INSERT INTO analyte VALUES(18,'01a20f19-7d19-75f7-ac78-5289560a0696','alp','Alkaline phosphatase','serum/plasma',NULL,'U/L','6768-6',0,5.0,5000.0,20.0,300.0,1,NULL);
INSERT INTO analyte VALUES(19,'01a20f19-7d19-75f7-ac78-528aa1979d21','tbil','Bilirubin, total','serum/plasma',NULL,'umol/L','14631-6',1,0.5,1000.0,2.0,50.0,1,NULL);
INSERT INTO analyte VALUES(20,'01a20f19-7d19-75f7-ac78-528b124a6909','dbil','Bilirubin, direct','serum/plasma',NULL,'umol/L','14629-0',1,0.0,800.0,0.0,20.0,1,NULL);
INSERT INTO analyte VALUES(21,'01a20f19-7d19-75f7-ac78-528cb5381ed8','alb','Albumin','serum/plasma',NULL,'g/L','1751-7',0,10.0,70.0,28.0,55.0,1,NULL);
INSERT INTO analyte VALUES(22,'01a20f19-7d19-75f7-ac78-528d76168987','creat','Creatinine','serum/plasma',NULL,'umol/L','14682-9',0,10.0,3000.0,30.0,200.0,1,NULL);
INSERT INTO analyte VALUES(23,'01a20f19-7d19-75f7-ac78-528e3837acd4','urea','Urea','serum/plasma',NULL,'mmol/L','22664-7',1,0.29999999999999998889,100.0,2.0,20.0,1,NULL);
INSERT INTO analyte VALUES(24,'01a20f19-7d19-75f7-ac78-528f5432afe9','bun','Urea nitrogen (BUN)','serum/plasma',NULL,'mmol/L','14937-7',1,0.29999999999999998889,100.0,2.0,20.0,1,NULL);
INSERT INTO analyte VALUES(25,'01a20f19-7d19-75f7-ac78-52901a6f6750','ua','Urate (uric acid)','serum/plasma',NULL,'umol/L','14933-6',0,20.0,1500.0,100.0,700.0,1,NULL);
INSERT INTO analyte VALUES(26,'01a20f19-7d19-75f7-ac78-52915d1a11c2','egfr','eGFR, CKD-EPI 2021 creatinine','derived',NULL,'mL/min/{1.73_m2}','98979-8',0,1.0,200.0,15.0,140.0,1,NULL);
INSERT INTO analyte VALUES(27,'01a20f19-7d19-75f7-ac78-5292a747ea7e','uacr','Albumin/creatinine, urine','urine spot',NULL,'mg/mmol',NULL,1,0.0,2300.0,0.0,34.0,1,NULL);
INSERT INTO analyte VALUES(28,'01a20f19-7d19-75f7-ac78-5293e3c74e40','afp','Alpha-fetoprotein','serum',NULL,'ug/L','1834-1',1,0.0,1000000.0,0.0,20.0,1,NULL);
INSERT INTO analyte VALUES(29,'01a20f19-7d19-75f7-ac78-5294db3ec1bb','cea','Carcinoembryonic antigen','serum',NULL,'ug/L','2039-6',1,0.0,100000.0,0.0,10.0,1,NULL);
INSERT INTO analyte VALUES(30,'01a20f19-7d19-75f7-ac78-529573c83a09','ca199','Cancer antigen 19-9','serum',NULL,'[arb''U]/mL','24108-3',1,0.0,1000000.0,0.0,100.0,1,NULL);
INSERT INTO analyte VALUES(31,'01a20f19-7d19-75f7-ac78-5296823a1c36','hscrp','C-reactive protein, high sensitivity','serum',NULL,'mg/L','30522-7',1,0.0,500.0,0.0,20.0,1,NULL);
INSERT INTO analyte VALUES(32,'01a20f19-7d19-75f7-ac78-529752f37f5a','crp','C-reactive protein','serum',NULL,'mg/L','1988-5',1,0.0,1000.0,0.0,100.0,1,NULL);
INSERT INTO analyte VALUES(33,'01a20f19-7d19-75f7-ac78-5298cfff2307','il6','Interleukin 6','serum',NULL,'ng/L','26881-3',1,0.0,100000.0,0.0,100.0,1,NULL);
INSERT INTO analyte VALUES(34,'01a20f19-7d19-75f7-ac78-5299c50385ea','tnfa','Tumour necrosis factor alpha','serum',NULL,'ng/L','3074-2',1,0.0,100000.0,0.0,50.0,1,NULL);
INSERT INTO analyte VALUES(35,'01a20f19-7d19-75f7-ac78-529a5d5a6f13','wbc','Leukocytes','blood',NULL,'10*9/L','6690-2',1,0.10000000000000000555,500.0,2.0,20.0,1,NULL);
INSERT INTO analyte VALUES(36,'01a20f19-7d19-75f7-ac78-529bf201bdec','hgb','Haemoglobin','blood',NULL,'g/L','718-7',0,20.0,250.0,80.0,190.0,1,NULL);
INSERT INTO analyte VALUES(37,'01a20f19-7d19-75f7-ac78-529c405f4960','plt','Platelets','blood',NULL,'10*9/L','777-3',0,1.0,3000.0,80.0,500.0,1,NULL);
INSERT INTO analyte VALUES(38,'01a20f19-7d19-75f7-ac78-529de842765c','bhb','Beta-hydroxybutyrate','serum',NULL,'mmol/L','6873-4',2,0.0,30.0,0.0,3.0,1,NULL);
INSERT INTO analyte VALUES(39,'01a20f19-7d19-75f7-ac78-529ed4f4f212','fructosamine','Fructosamine','serum',NULL,'umol/L','15069-8',0,50.0,1500.0,150.0,600.0,1,NULL);
INSERT INTO analyte VALUES(40,'01a20f19-7d19-75f7-ac78-529f43376e5c','weight','Body weight',NULL,NULL,'kg','29463-7',1,20.0,350.0,35.0,200.0,1,NULL);
INSERT INTO analyte VALUES(41,'01a20f19-7d19-75f7-ac78-52a09a897aa4','height','Body height',NULL,NULL,'cm','8302-2',0,100.0,230.0,140.0,200.0,1,NULL);
INSERT INTO analyte VALUES(42,'01a20f19-7d19-75f7-ac78-52a1ff004a93','bmi','Body mass index',NULL,'derived','kg/m2','39156-5',1,10.0,80.0,16.0,50.0,1,NULL);
INSERT INTO analyte VALUES(43,'01a20f19-7d19-75f7-ac78-52a2485b70c5','waist','Waist circumference',NULL,NULL,'cm',NULL,0,40.0,200.0,55.0,150.0,1,NULL);
INSERT INTO analyte VALUES(44,'01a20f19-7d19-75f7-ac78-52a37628fb8f','sbp','Systolic blood pressure',NULL,NULL,'mm[Hg]','8480-6',0,50.0,300.0,80.0,200.0,1,NULL);
INSERT INTO analyte VALUES(45,'01a20f19-7d19-75f7-ac78-52a40ad17450','dbp','Diastolic blood pressure',NULL,NULL,'mm[Hg]','8462-4',0,20.0,200.0,40.0,120.0,1,NULL);
INSERT INTO analyte VALUES(46,'01a20f19-7d19-75f7-ac78-52a5c8b6fe1c','hr','Heart rate',NULL,NULL,'/min','8867-4',0,20.0,250.0,40.0,140.0,1,NULL);
INSERT INTO analyte VALUES(47,'01a20f19-7d19-75f7-ac78-52a66418daad','temp','Body temperature',NULL,NULL,'Cel','8310-5',1,30.0,43.0,35.0,41.0,1,NULL);
INSERT INTO analyte VALUES(48,'01a20f19-7d19-75f7-ac78-52a7338be5f0','spo2','Oxygen saturation, pulse oximetry',NULL,NULL,'%','59408-5',0,50.0,100.0,85.0,100.0,1,NULL);
INSERT INTO analyte VALUES(49,'01a20f19-7d19-75f7-ac78-52a8b137f570','rr','Respiratory rate',NULL,NULL,'/min','9279-1',0,4.0,80.0,8.0,40.0,1,NULL);
INSERT INTO analyte VALUES(50,'01a20f19-7d19-75f7-ac78-52a95131a4ae','afp_iu','Alpha-fetoprotein in international units','serum',NULL,'k[IU]/L','19176-7',1,0.0,1000000.0,0.0,17.0,1,NULL);
INSERT INTO analyte VALUES(51,'01a20f19-7d19-75f7-ac78-52aa53a02b9c','ppg','Glucose, postprandial (time not stated)','serum/plasma','after a meal','mmol/L',NULL,1,1.0,60.0,3.5,30.0,1,NULL);
INSERT INTO analyte VALUES(52,'01a20f19-7d19-75f7-ac78-52ab3329b230','pcp','C-peptide, postprandial (time not stated)','serum/plasma','after a meal','nmol/L',NULL,2,0.0,20.0,0.050000000000000002775,6.0,1,NULL);
INSERT INTO analyte VALUES(53,'01a20f19-7d19-75f7-ac78-52ac383f9c39','homa_ir','HOMA insulin resistance, as reported','derived','fasting','1',NULL,2,0.0,500.0,0.2000000000000000111,30.0,1,NULL);
INSERT INTO analyte VALUES(54,'01a20f19-7d19-75f7-ac78-52ad3c88ec2a','homa_b','HOMA beta-cell function, as reported','derived','fasting','%',NULL,1,0.0,5000.0,2.0,500.0,1,NULL);
INSERT INTO analyte VALUES(10001,'01a20f1a-0294-72b8-8088-3457d8cf868a','adipo','Adiponectin',NULL,NULL,'mg/L',NULL,1,NULL,NULL,NULL,NULL,0,'adipo');
CREATE TABLE reported_unit (
    id         INTEGER PRIMARY KEY,
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    printed    TEXT NOT NULL,
    ucum       TEXT NOT NULL,
    slope      REAL NOT NULL,
    intercept  REAL NOT NULL,
    basis      TEXT NOT NULL, -- where slope and intercept come from
    UNIQUE (analyte_id, printed, slope, intercept)
) STRICT;
INSERT INTO reported_unit VALUES(1,1,'%','%',10.931351114997813311,-23.524267599475294332,'NGSP = 0.09148 x IFCC + 2.152 (ngsp.org/ifcc.asp)');
INSERT INTO reported_unit VALUES(2,2,'mmol/L','mmol/L',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(3,5,'mmol/L','mmol/L',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(4,6,'nmol/L','nmol/L',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(5,8,'nmol/L','nmol/L',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(6,9,'mIU/L','m[IU]/L',6.0,0.0,'6.00 nmol per IU (Clin Biochem 2017;50:408-413)');
INSERT INTO reported_unit VALUES(7,53,'1','1',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(8,15,'IU/L','U/L',1.0,0.0,'an IU of an enzyme is 1 umol/min = 1 U');
INSERT INTO reported_unit VALUES(9,40,'kg','kg',1.0,0.0,'the canonical unit');
INSERT INTO reported_unit VALUES(10,10001,'mg/L','mg/L',1.0,0.0,'the canonical unit');
CREATE TABLE reference_limits (
    id           INTEGER PRIMARY KEY,
    analyte_id   INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    unit_id      INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT,
    low_printed  TEXT, high_printed TEXT,
    low          REAL, high REAL,
    CHECK (low_printed IS NOT NULL OR high_printed IS NOT NULL)
) STRICT;
CREATE TABLE measurement_status (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO measurement_status VALUES(1,'measured');
INSERT INTO measurement_status VALUES(2,'below limit');
INSERT INTO measurement_status VALUES(3,'above limit');
INSERT INTO measurement_status VALUES(4,'not done');
INSERT INTO measurement_status VALUES(5,'not reported');
INSERT INTO measurement_status VALUES(6,'figure only');
INSERT INTO measurement_status VALUES(7,'unreadable');
INSERT INTO measurement_status VALUES(8,'stated');
CREATE TABLE reading (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    analyte_id     INTEGER NOT NULL,
    visit_id       INTEGER NOT NULL,
    replicate      INTEGER NOT NULL DEFAULT 0,
    standing       TEXT NOT NULL CHECK (standing IN ('proposed', 'accepted', 'rejected')),
    printed        TEXT NOT NULL,
    unit_id        INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT,
    value          REAL,
    made_by        TEXT NOT NULL,
    reason         TEXT NOT NULL,
    source_id      INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    FOREIGN KEY (analyte_id, visit_id, replicate) REFERENCES measurement ON DELETE RESTRICT
) STRICT;
INSERT INTO reading VALUES(1,'01a20f19-7d51-71df-a11e-66deb46e1893',28,1,0,'proposed','3.4',NULL,NULL,'casebook''s authors','the decimal point is likely lost: a fall from 34 to 3.2 in 12 weeks would not go without comment',NULL);
INSERT INTO reading VALUES(2,'01a20f19-7d51-71df-a11e-66dfaf237751',29,1,0,'proposed','3.5',NULL,NULL,'casebook''s authors','the decimal point is likely lost: the values beside it are 3.6 and 3.8',NULL);
INSERT INTO reading VALUES(3,'01a20f19-7d51-71df-a11e-66e1450a4e50',28,2,0,'proposed','3.3',NULL,NULL,'casebook''s authors','the decimal point is likely lost: a fall from 33 to 3.2 in 8 weeks would not go without comment',NULL);
CREATE TABLE statement (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    visit_id   INTEGER REFERENCES visit (id) ON DELETE RESTRICT, -- NULL: over the whole follow-up
    analyte_id INTEGER REFERENCES analyte (id) ON DELETE RESTRICT,
    topic      TEXT,
    finding    TEXT NOT NULL CHECK (finding IN ('at target', 'not at target', 'normal', 'abnormal', 'improved',
               'worsened', 'increased', 'decreased', 'unchanged', 'present', 'absent')),
    source_id  INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note       TEXT,
    CHECK ((analyte_id IS NULL) <> (topic IS NULL))
) STRICT;
INSERT INTO statement VALUES(1,'01a20f19-7d52-7276-b1a9-33c8e4852377',1,2,1,NULL,'at target',14,NULL);
INSERT INTO statement VALUES(2,'01a20f19-7d52-7276-b1a9-33c9e4f0e8ba',1,3,1,NULL,'at target',14,NULL);
INSERT INTO statement VALUES(3,'01a20f19-7d52-7276-b1a9-33cbd48977b2',1,NULL,2,NULL,'decreased',15,NULL);
INSERT INTO statement VALUES(4,'01a20f19-7d52-7276-b1a9-33cd90e0b758',1,NULL,51,NULL,'decreased',16,NULL);
INSERT INTO statement VALUES(5,'01a20f19-7d52-7276-b1a9-33cf0ac3c56f',1,NULL,NULL,'glucose-lowering medication','decreased',17,NULL);
INSERT INTO statement VALUES(6,'01a20f19-7d52-7276-b1a9-33d1e8c60c45',1,NULL,NULL,'pancreatic function','improved',18,NULL);
INSERT INTO statement VALUES(7,'01a20f19-7d52-7276-b1a9-33d3e5ec7672',1,NULL,NULL,'insulin resistance','improved',19,NULL);
CREATE TABLE adverse_event (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    patient_id     INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    term           TEXT NOT NULL CHECK (term <> ''), -- verbatim
    coded_term     TEXT,
    coded_class    TEXT,
    dictionary     TEXT, -- of the coded term, with its version
    onset_day      INTEGER, onset_date TEXT,
    end_day        INTEGER, end_date TEXT,
    ctcae_version  TEXT,
    grade          INTEGER CHECK (grade BETWEEN 1 AND 5),
    serious        INTEGER CHECK (serious IN (0, 1)),
    serious_reason TEXT CHECK (serious_reason IN ('death', 'life-threatening', 'hospitalisation', 'disability',
                   'congenital anomaly', 'medically important')),
    related_to_cells         TEXT CHECK (related_to_cells IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_procedure     TEXT CHECK (related_to_procedure IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_premedication TEXT CHECK (related_to_premedication IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_disease       TEXT CHECK (related_to_disease IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    infusion_id    INTEGER REFERENCES infusion (id) ON DELETE RESTRICT,
    action         TEXT,
    outcome        TEXT CHECK (outcome IN ('recovered', 'recovering', 'not recovered', 'recovered with sequelae', 'fatal', 'unknown')),
    source_id      INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note           TEXT
) STRICT;
INSERT INTO adverse_event VALUES(1,'01a20f19-7d57-75d9-aa03-2c63c167e419',2,'fever within 24 h','Fever','General disorders and administration site conditions','CTCAE 5.0',14,NULL,15,NULL,'5.0',1,0,NULL,'probable','unlikely',NULL,NULL,5,'none','recovered',NULL,NULL);
CREATE TABLE medication (
    id          INTEGER PRIMARY KEY,
    uuid        TEXT NOT NULL UNIQUE,
    patient_id  INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    drug        TEXT NOT NULL CHECK (drug <> ''),
    atc         TEXT,
    atc_year    INTEGER, -- codes move between years
    dose_per_day REAL CHECK (dose_per_day >= 0),
    dose_unit   TEXT,
    start_day   INTEGER, start_date TEXT,
    end_day     INTEGER, end_date TEXT,
    stop_reason TEXT,
    source_id   INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note        TEXT,
    CHECK (dose_per_day IS NULL OR dose_unit IS NOT NULL)
) STRICT;
INSERT INTO medication VALUES(1,'01a20f19-7d58-7129-b281-1af8ef6eba69',2,'metformin','A10BA02',2024,2000.0,'mg',-900,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO medication VALUES(2,'01a20f19-7d58-7129-b281-1af90e9e66c7',2,'gliclazide','A10BB09',2024,60.0,'mg',-900,NULL,28,NULL,'low glucose at home',NULL,NULL);
INSERT INTO medication VALUES(3,'01a20f19-7d59-733c-af3c-462c0a3ec8be',3,'metformin','A10BA02',2024,1500.0,'mg',-700,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE change (
    id      INTEGER PRIMARY KEY,
    body    TEXT NOT NULL CHECK (json_valid(body)),
    hash    TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    at      TEXT GENERATED ALWAYS AS (body ->> '$.at') VIRTUAL,
    actor   TEXT GENERATED ALWAYS AS (body ->> '$.actor') VIRTUAL,
    command TEXT GENERATED ALWAYS AS (body ->> '$.command') VIRTUAL,
    reason  TEXT GENERATED ALWAYS AS (body ->> '$.reason') VIRTUAL
) STRICT;
INSERT INTO change VALUES(1,'{"number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","at":"2026-11-24T19:47:38Z","actor":"tester","command":"init","reason":null,"program":"casebook 0.1.0","rows":[{"action":"add","noun":"registry","key":"kept","of":{"noun":"registry","uuid":"01a20f19-7d14-70f2-a27d-0f88cdad3aff"},"after":{"title":"kept","day_zero":"first infusion","baseline":"last on or before day 0","version":1,"schedule":[{"name":"W0","target_day":0,"first_day":0,"last_day":0},{"name":"W4","target_day":28,"first_day":21,"last_day":35},{"name":"W12","target_day":84,"first_day":70,"last_day":98},{"name":"W24","target_day":168,"first_day":140,"last_day":196}]}}]}','6a4a5014221297678fed9db26d02e354187671526c62801067570be49a8f1103');
INSERT INTO change VALUES(2,'{"number":2,"previous":"6a4a5014221297678fed9db26d02e354187671526c62801067570be49a8f1103","at":"2026-11-24T19:47:38Z","actor":"tester","command":"import huang-2025.toml simulated-3.toml","reason":null,"program":"casebook 0.1.0","rows":[{"action":"add","noun":"report","key":"huang-2025","of":{"noun":"report","uuid":"01a20f19-7d50-725b-adad-77e0093c3595"},"after":{"key":"huang-2025","kind":"case report","simulated":false,"citation":{"title":"A Case Report of Human Umbilical Cord Mesenchymal Stem Cells in the Treatment of Type 2 Diabetes Mellitus","authors":"HUANG Cai-hao, ZHANG Fan","journal":"罕少疾病杂志","year":2025,"country":"China","language":"zh","site":"The Fifth Clinical Medical College of Anhui Medical University, Hefei"},"adverse_events":"none stated","adverse_events_days":84,"adverse_events_source":{"place":"abstract, result 4","quote":"No adverse reactions were observed in the patient during the 12-week follow-up.","method":"text"},"note":"A retrospective study of one patient, entered from a copy that is garbled but for the English abstract: a lost decimal point, unit or heading may be the copy''s. The journal''s name is a likely reading (as are volume 32 and issue 7, left out here). No DOI, pages, registration or ethics statement were legible. Whether week 4 is counted from the first or from the last infusion is not said."}},{"action":"add","noun":"product","key":"huang-2025-huc-msc","of":{"noun":"product","uuid":"01a20f19-7d50-725b-adad-77e20020393e"},"after":{"key":"huang-2025-huc-msc","name":"hUC-MSC","cell_type":"MSC","tissue":"umbilical cord","note":"Donor relation, passage, viability and lot are not reported."}},{"action":"add","noun":"patient","key":"huang-2025/1","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"key":"huang-2025/1","reports":["huang-2025"],"diagnosis":"T2DM","follow_up_days":84,"source":{"place":"abstract","method":"text"},"note":"Before treatment the patient \"had not achieved the target level of glycated hemoglobin\"; the target itself is not stated."}},{"action":"add","noun":"infusion","key":"huang-2025/1 infusion 1","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"number":1,"product":"huang-2025-huc-msc","route":"intravenous","source":{"place":"abstract, methods","quote":"Three intravenous infusions of hUC-MSCs were administered to the patient","method":"text"}}},{"action":"add","noun":"infusion","key":"huang-2025/1 infusion 2","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"number":2,"product":"huang-2025-huc-msc","route":"intravenous","source":{"place":"abstract, methods","quote":"Three intravenous infusions of hUC-MSCs were administered to the patient","method":"text"}}},{"action":"add","noun":"infusion","key":"huang-2025/1 infusion 3","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"number":3,"product":"huang-2025-huc-msc","route":"intravenous","source":{"place":"abstract, methods","quote":"Three intravenous infusions of hUC-MSCs were administered to the patient","method":"text"}}},{"action":"add","noun":"visit","key":"huang-2025/1 W0","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"label":"W0","timepoint":"W0","day":0,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"hba1c","status":"figure only","source":{"place":"figure 1A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 fpg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fpg","status":"figure only","source":{"place":"figure 1B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 ppg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ppg","status":"figure only","source":{"place":"figure 1C, whose caption is illegible where it names the variable; postprandial glucose is likely"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 fcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fcp","status":"figure only","source":{"place":"figure 2A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 pcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"pcp","status":"figure only","source":{"place":"figure 2B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 homa_b","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_b","status":"figure only","source":{"place":"figure 2C"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_ir","status":"figure only","source":{"place":"figure 2D"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 afp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"afp","status":"measured","printed":"34","source":{"place":"table of tumour markers, first of three unlabelled columns","method":"table"},"other_readings":[{"reading":{"status":"measured","printed":"3.4"},"standing":"proposed","made_by":"casebook''s authors","reason":"the decimal point is likely lost: a fall from 34 to 3.2 in 12 weeks would not go without comment"}]}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 cea","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"cea","status":"measured","printed":"35","source":{"place":"table of tumour markers, first of three unlabelled columns","method":"table"},"other_readings":[{"reading":{"status":"measured","printed":"3.5"},"standing":"proposed","made_by":"casebook''s authors","reason":"the decimal point is likely lost: the values beside it are 3.6 and 3.8"}]}},{"action":"add","noun":"measurement","key":"huang-2025/1 W0 ca199","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ca199","status":"measured","printed":"29.8","source":{"place":"table of tumour markers, first of three unlabelled columns","method":"table"}}},{"action":"add","noun":"visit","key":"huang-2025/1 W4","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"label":"W4","timepoint":"W4","day":28,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"hba1c","status":"figure only","source":{"place":"figure 1A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 fpg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fpg","status":"figure only","source":{"place":"figure 1B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 ppg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ppg","status":"figure only","source":{"place":"figure 1C, whose caption is illegible where it names the variable; postprandial glucose is likely"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 fcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fcp","status":"figure only","source":{"place":"figure 2A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 pcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"pcp","status":"figure only","source":{"place":"figure 2B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 homa_b","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_b","status":"figure only","source":{"place":"figure 2C"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_ir","status":"figure only","source":{"place":"figure 2D"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 afp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"afp","status":"measured","printed":"33","source":{"place":"table of tumour markers, second of three unlabelled columns","method":"table"},"other_readings":[{"reading":{"status":"measured","printed":"3.3"},"standing":"proposed","made_by":"casebook''s authors","reason":"the decimal point is likely lost: a fall from 33 to 3.2 in 8 weeks would not go without comment"}]}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 cea","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"cea","status":"measured","printed":"3.6","source":{"place":"table of tumour markers, second of three unlabelled columns","method":"table"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W4 ca199","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ca199","status":"measured","printed":"18.2","source":{"place":"table of tumour markers, second of three unlabelled columns","method":"table"}}},{"action":"add","noun":"visit","key":"huang-2025/1 W12","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"label":"W12","timepoint":"W12","day":84,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"hba1c","status":"figure only","source":{"place":"figure 1A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 fpg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fpg","status":"figure only","source":{"place":"figure 1B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 ppg","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ppg","status":"figure only","source":{"place":"figure 1C, whose caption is illegible where it names the variable; postprandial glucose is likely"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 fcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"fcp","status":"figure only","source":{"place":"figure 2A"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 pcp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"pcp","status":"figure only","source":{"place":"figure 2B"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 homa_b","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_b","status":"figure only","source":{"place":"figure 2C"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"homa_ir","status":"figure only","source":{"place":"figure 2D"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 afp","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"afp","status":"measured","printed":"3.2","source":{"place":"table of tumour markers, third of three unlabelled columns","method":"table"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 cea","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"cea","status":"measured","printed":"3.8","source":{"place":"table of tumour markers, third of three unlabelled columns","method":"table"}}},{"action":"add","noun":"measurement","key":"huang-2025/1 W12 ca199","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"analyte":"ca199","status":"measured","printed":"16.6","source":{"place":"table of tumour markers, third of three unlabelled columns","method":"table"}}},{"action":"add","noun":"statement","key":"huang-2025/1 hba1c: at target","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"analyte":"hba1c"},"visit":"W4","finding":"at target","source":{"place":"abstract, result 1","quote":"the patient achieved target control of glycated hemoglobin at 4 weeks and 12 weeks","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 hba1c: at target","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"analyte":"hba1c"},"visit":"W12","finding":"at target","source":{"place":"abstract, result 1","quote":"the patient achieved target control of glycated hemoglobin at 4 weeks and 12 weeks","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 fpg: decreased","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"analyte":"fpg"},"finding":"decreased","source":{"place":"abstract, result 2","quote":"Fasting blood sugar levels continued to decrease","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 ppg: decreased","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"analyte":"ppg"},"finding":"decreased","source":{"place":"abstract, result 2","quote":"postprandial blood sugar levels were lower than baseline levels","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 glucose-lowering medication: decreased","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"topic":"glucose-lowering medication"},"finding":"decreased","source":{"place":"abstract, result 2","quote":"leading to a reduction in medication","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 pancreatic function: improved","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"topic":"pancreatic function"},"finding":"improved","source":{"place":"abstract, result 3","quote":"Pancreatic function partially recovered","method":"text"}}},{"action":"add","noun":"statement","key":"huang-2025/1 insulin resistance: improved","of":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"},"after":{"about":{"topic":"insulin resistance"},"finding":"improved","source":{"place":"abstract, result 3","quote":"insulin resistance improved","method":"text"}}},{"action":"add","noun":"report","key":"simulated-3","of":{"noun":"report","uuid":"01a20f19-7d52-7276-b1a9-33d48e9347bc"},"after":{"key":"simulated-3","kind":"case series","simulated":true,"citation":{"title":"Simulated case series 3","year":2021,"country":"Vietnam","language":"English","site":"Simulated Stem Cell Institute"},"adverse_events":"given","adverse_events_days":168,"note":"Invented for demonstration; no person stands behind it."}},{"action":"add","noun":"product","key":"sim3-bm-msc","of":{"noun":"product","uuid":"01a20f19-7d53-72bd-8a82-e2adbdd0b7aa"},"after":{"key":"sim3-bm-msc","cell_type":"MSC","donor":"autologous","tissue":"bone marrow","preparation":"platelet lysate medium","state":"fresh"}},{"action":"add","noun":"patient","key":"simulated-3/1","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"key":"simulated-3/1","reports":["simulated-3"],"sex":"female","age_years":50.0,"diagnosis":"T2DM","diabetes_duration_years":18.0,"height_cm":155.0,"follow_up_days":365}},{"action":"add","noun":"infusion","key":"simulated-3/1 infusion 1","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"number":1,"day":0,"product":"sim3-bm-msc","route":"intravenous","cells":110000000.00000001,"cells_per_kg":1500000.0,"viability_percent":91.0,"passage":3}},{"action":"add","noun":"infusion","key":"simulated-3/1 infusion 2","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"number":2,"day":14,"product":"sim3-bm-msc","route":"intravenous","cells":110000000.00000001,"cells_per_kg":1500000.0,"viability_percent":91.0,"passage":3}},{"action":"add","noun":"visit","key":"simulated-3/1 W0","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"label":"W0","timepoint":"W0","day":0,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"hba1c","status":"measured","printed":"8.5","unit":{"printed":"%","ucum":"%","slope":10.931351114997813,"intercept":-23.524267599475294,"basis":"NGSP = 0.09148 x IFCC + 2.152 (ngsp.org/ifcc.asp)"},"value":69.39221687800612}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 fpg","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fpg","status":"measured","printed":"8.1","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":8.1}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 pg2h_meal","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"pg2h_meal","status":"measured","printed":"11.4","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":11.4}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 fcp","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fcp","status":"measured","printed":"0.37","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.37}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 pcp2h","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"pcp2h","status":"measured","printed":"0.71","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.71}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 fins","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fins","status":"measured","printed":"6.7","unit":{"printed":"mIU/L","ucum":"m[IU]/L","slope":6.0,"intercept":0.0,"basis":"6.00 nmol per IU (Clin Biochem 2017;50:408-413)"},"value":40.2}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"homa_ir","status":"measured","printed":"2.41","unit":{"printed":"1","ucum":"1","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":2.41}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 alt","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"alt","status":"measured","printed":"20","unit":{"printed":"IU/L","ucum":"U/L","slope":1.0,"intercept":0.0,"basis":"an IU of an enzyme is 1 umol/min = 1 U"},"value":20.0}},{"action":"add","noun":"measurement","key":"simulated-3/1 W0 weight","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"weight","status":"measured","printed":"70.3","unit":{"printed":"kg","ucum":"kg","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":70.3}},{"action":"add","noun":"visit","key":"simulated-3/1 W4","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"label":"W4","timepoint":"W4","day":28,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W4 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"hba1c","status":"figure only"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W4 fpg","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fpg","status":"measured","printed":"7.8","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":7.8}},{"action":"add","noun":"measurement","key":"simulated-3/1 W4 fcp","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fcp","status":"measured","printed":"0.38","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.38}},{"action":"add","noun":"measurement","key":"simulated-3/1 W4 pcp2h","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"pcp2h","status":"figure only"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W4 alt","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"alt","status":"measured","printed":"21","unit":{"printed":"IU/L","ucum":"U/L","slope":1.0,"intercept":0.0,"basis":"an IU of an enzyme is 1 umol/min = 1 U"},"value":21.0}},{"action":"add","noun":"visit","key":"simulated-3/1 W12","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"label":"W12","timepoint":"W12","day":84,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"hba1c","status":"measured","printed":"7.2","unit":{"printed":"%","ucum":"%","slope":10.931351114997813,"intercept":-23.524267599475294,"basis":"NGSP = 0.09148 x IFCC + 2.152 (ngsp.org/ifcc.asp)"},"value":55.18146042850897}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 fpg","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fpg","status":"measured","printed":"6.7","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":6.7}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 fcp","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fcp","status":"measured","printed":"0.41","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.41}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 pcp2h","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"pcp2h","status":"measured","printed":"0.79","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.79}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 fins","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fins","status":"measured","printed":"5.6","unit":{"printed":"mIU/L","ucum":"m[IU]/L","slope":6.0,"intercept":0.0,"basis":"6.00 nmol per IU (Clin Biochem 2017;50:408-413)"},"value":33.599999999999994}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"homa_ir","status":"measured","printed":"1.67","unit":{"printed":"1","ucum":"1","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":1.67}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 alt","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"alt","status":"measured","printed":"18","unit":{"printed":"IU/L","ucum":"U/L","slope":1.0,"intercept":0.0,"basis":"an IU of an enzyme is 1 umol/min = 1 U"},"value":18.0}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 weight","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"weight","status":"measured","printed":"69.5","unit":{"printed":"kg","ucum":"kg","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":69.5}},{"action":"add","noun":"measurement","key":"simulated-3/1 W12 pg2h_meal","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"pg2h_meal","status":"measured","printed":"10.4","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":10.4,"source":{"place":"figure 2","method":"figure"}}},{"action":"add","noun":"visit","key":"simulated-3/1 W24","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"label":"W24","timepoint":"W24","day":168,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"simulated-3/1 W24 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"hba1c","status":"measured","printed":"7.7","unit":{"printed":"%","ucum":"%","slope":10.931351114997813,"intercept":-23.524267599475294,"basis":"NGSP = 0.09148 x IFCC + 2.152 (ngsp.org/ifcc.asp)"},"value":60.64713598600787}},{"action":"add","noun":"measurement","key":"simulated-3/1 W24 fpg","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"fpg","status":"measured","printed":"7.0","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":7.0}},{"action":"add","noun":"measurement","key":"simulated-3/1 W24 weight","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"analyte":"weight","status":"measured","printed":"69.4","unit":{"printed":"kg","ucum":"kg","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":69.4}},{"action":"add","noun":"event","key":"simulated-3/1 fever within 24 h","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"term":"fever within 24 h","coded_term":"Fever","coded_class":"General disorders and administration site conditions","dictionary":"CTCAE 5.0","onset_day":14,"end_day":15,"ctcae_version":"5.0","grade":1,"serious":false,"related_to_cells":"probable","related_to_procedure":"unlikely","infusion":2,"action":"none","outcome":"recovered"}},{"action":"add","noun":"medication","key":"simulated-3/1 metformin","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"drug":"metformin","atc":"A10BA02","atc_year":2024,"dose_per_day":2000.0,"dose_unit":"mg","start_day":-900}},{"action":"add","noun":"medication","key":"simulated-3/1 gliclazide","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"after":{"drug":"gliclazide","atc":"A10BB09","atc_year":2024,"dose_per_day":60.0,"dose_unit":"mg","start_day":-900,"end_day":28,"stop_reason":"low glucose at home"}},{"action":"add","noun":"patient","key":"simulated-3/2","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"key":"simulated-3/2","reports":["simulated-3"],"sex":"male","age_years":64.0,"diagnosis":"T2DM","diabetes_duration_years":19.0,"follow_up_days":84,"note":"Asked for events by telephone, not seen again."}},{"action":"add","noun":"infusion","key":"simulated-3/2 infusion 1","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"number":1,"day":0,"product":"sim3-bm-msc","route":"intravenous","cells_per_kg":1500000.0,"passage":3}},{"action":"add","noun":"visit","key":"simulated-3/2 W0","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"label":"W0","timepoint":"W0","day":0,"day_basis":"planned"}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 hba1c","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"hba1c","status":"measured","printed":"9.7","unit":{"printed":"%","ucum":"%","slope":10.931351114997813,"intercept":-23.524267599475294,"basis":"NGSP = 0.09148 x IFCC + 2.152 (ngsp.org/ifcc.asp)"},"value":82.50983821600349}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 fpg","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"fpg","status":"measured","printed":"9.9","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":9.9}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 pg2h_meal","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"pg2h_meal","status":"measured","printed":"13.3","unit":{"printed":"mmol/L","ucum":"mmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":13.3}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 fcp","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"fcp","status":"measured","printed":"0.53","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.53}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 pcp2h","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"pcp2h","status":"measured","printed":"0.99","unit":{"printed":"nmol/L","ucum":"nmol/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":0.99}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 fins","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"fins","status":"measured","printed":"12.6","unit":{"printed":"mIU/L","ucum":"m[IU]/L","slope":6.0,"intercept":0.0,"basis":"6.00 nmol per IU (Clin Biochem 2017;50:408-413)"},"value":75.6}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 homa_ir","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"homa_ir","status":"measured","printed":"5.54","unit":{"printed":"1","ucum":"1","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":5.54}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 alt","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"alt","status":"measured","printed":"37","unit":{"printed":"IU/L","ucum":"U/L","slope":1.0,"intercept":0.0,"basis":"an IU of an enzyme is 1 umol/min = 1 U"},"value":37.0}},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 weight","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"weight","status":"measured","printed":"87.4","unit":{"printed":"kg","ucum":"kg","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":87.4}},{"action":"add","noun":"medication","key":"simulated-3/2 metformin","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"drug":"metformin","atc":"A10BA02","atc_year":2024,"dose_per_day":1500.0,"dose_unit":"mg","start_day":-700}}]}','30c363f7892a50e56b2c4581744c9fc6c937f42ca98828fca3651cf727be3b0b');
INSERT INTO change VALUES(3,'{"number":3,"previous":"30c363f7892a50e56b2c4581744c9fc6c937f42ca98828fca3651cf727be3b0b","at":"2026-11-24T19:47:38Z","actor":"tester","command":"attribute add arm","reason":null,"program":"casebook 0.1.0","rows":[{"action":"add","noun":"attribute","key":"arm","of":{"noun":"attribute","uuid":"01a20f19-7d82-7573-9cbc-1b665c3c1fa1"},"after":{"key":"arm","kind":"category","values":["placebo","msc"]}}]}','6d22c7d768424e71e8c02864365e3a94b2e9eec9d98919bc178a835952ee716a');
INSERT INTO change VALUES(4,'{"number":4,"previous":"6d22c7d768424e71e8c02864365e3a94b2e9eec9d98919bc178a835952ee716a","at":"2026-11-24T19:47:38Z","actor":"tester","command":"patient edit simulated-3/1","reason":"unblinded","program":"casebook 0.1.0","rows":[{"action":"edit","noun":"patient","key":"simulated-3/1","of":{"noun":"patient","uuid":"01a20f19-7d53-72bd-8a82-e2ae8408c0c9"},"before":{"key":"simulated-3/1","reports":["simulated-3"],"sex":"female","age_years":50.0,"diagnosis":"T2DM","diabetes_duration_years":18.0,"height_cm":155.0,"follow_up_days":365},"after":{"key":"simulated-3/1","reports":["simulated-3"],"sex":"female","age_years":50.0,"diagnosis":"T2DM","diabetes_duration_years":18.0,"height_cm":155.0,"follow_up_days":365,"attributes":{"arm":"msc"}}}]}','a546ff3d4cbff578f306d800580b8bcf5971d253b1b390dbabb637b16da9a253');
INSERT INTO change VALUES(5,'{"number":5,"previous":"a546ff3d4cbff578f306d800580b8bcf5971d253b1b390dbabb637b16da9a253","at":"2026-11-24T19:48:12Z","actor":"tester","command":"analyte add adipo","reason":null,"program":"casebook 0.1.0","rows":[{"action":"add","noun":"analyte","key":"adipo","of":{"noun":"analyte","uuid":"01a20f1a-0294-72b8-8088-3457d8cf868a"},"after":{"key":"adipo","symbol":"adipo","name":"Adiponectin","units":[{"spelled":"mg/L","decimals":1,"ucum":"mg/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"}]}}]}','58a594920c1ba60e22ff04860a705c83e52b75d0f8feadc87c6e62ddc1206299');
INSERT INTO change VALUES(6,'{"number":6,"previous":"58a594920c1ba60e22ff04860a705c83e52b75d0f8feadc87c6e62ddc1206299","at":"2026-11-24T19:48:12Z","actor":"tester","command":"merge copy.db","reason":"from the ward","program":"casebook 0.1.0","rows":[{"action":"edit","noun":"patient","key":"simulated-3/2","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"before":{"key":"simulated-3/2","reports":["simulated-3"],"sex":"male","age_years":64.0,"diagnosis":"T2DM","diabetes_duration_years":19.0,"follow_up_days":84,"note":"Asked for events by telephone, not seen again."},"after":{"key":"simulated-3/2","reports":["simulated-3"],"sex":"male","age_years":64.0,"diagnosis":"T2DM","diabetes_duration_years":19.0,"follow_up_days":84,"attributes":{"arm":"placebo"},"note":"Asked for events by telephone, not seen again."},"from":"d1b6be978cd2bb701fcb7c75cc223eee89359210b5442c039ceb0de51f9b9bf0"},{"action":"add","noun":"measurement","key":"simulated-3/2 W0 adipo","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"adipo","status":"measured","printed":"7.1","unit":{"printed":"mg/L","ucum":"mg/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":7.1},"from":"e2f39c1d3d2b490592e9d876356eda7e512083920533544f52c9ce5701b18aa6"},{"action":"merge","noun":"log","key":"01a20f19-7d14-70f2-a27d-0f88cdad3aff","entries":2,"last_hash":"e2f39c1d3d2b490592e9d876356eda7e512083920533544f52c9ce5701b18aa6","undecided":[],"decided":[]}]}','6fe8927a10040337393287836365fd24585c542dd7a70a803379b1aefa407391');
INSERT INTO change VALUES(7,'{"number":7,"previous":"6fe8927a10040337393287836365fd24585c542dd7a70a803379b1aefa407391","at":"2026-11-24T19:48:12Z","actor":"tester","command":"check accept 761e8633","reason":"read again","program":"casebook 0.1.0","rows":[{"action":"add","noun":"answer","key":"761e8633","of":{"noun":"answer","uuid":"01a20f1a-03c0-760f-8ee0-97a9b34e9fe5"},"after":{"finding":"761e8633","rule":"tenfold-step","place":"huang-2025/1, AFP, visits W4 to W12","evidence":"33 at W4, 3.2 at W12: 10.3 times","made_by":"tester","reason":"read again"},"about":{"noun":"patient","uuid":"01a20f19-7d50-725b-adad-77e312f8c6f5"}}]}','07cc139745ad901b449a142881bb93d90fc113a086c91cab008047a28d2d6fdc');
INSERT INTO change VALUES(8,'{"number":8,"previous":"07cc139745ad901b449a142881bb93d90fc113a086c91cab008047a28d2d6fdc","at":"2026-11-24T19:48:12Z","actor":"tester","command":"lock huang-2025","reason":"published","program":"casebook 0.1.0","rows":[{"action":"add","noun":"lock","key":"report huang-2025","of":{"noun":"report","uuid":"01a20f19-7d50-725b-adad-77e0093c3595"},"after":{"noun":"report","key":"huang-2025","made_by":"tester","reason":"published"}}]}','cbe510b013ac29a1b0364ff624682a612182b796a644e2d49d74c655b3a23386');
CREATE TABLE change_subject (
    noun      TEXT NOT NULL,
    uuid      TEXT NOT NULL,
    change_id INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT,
    PRIMARY KEY (noun, uuid, change_id)
) STRICT, WITHOUT ROWID;
INSERT INTO change_subject VALUES('analyte','01a20f1a-0294-72b8-8088-3457d8cf868a',5);
INSERT INTO change_subject VALUES('answer','01a20f1a-03c0-760f-8ee0-97a9b34e9fe5',7);
INSERT INTO change_subject VALUES('attribute','01a20f19-7d82-7573-9cbc-1b665c3c1fa1',3);
INSERT INTO change_subject VALUES('patient','01a20f19-7d50-725b-adad-77e312f8c6f5',2);
INSERT INTO change_subject VALUES('patient','01a20f19-7d50-725b-adad-77e312f8c6f5',7);
INSERT INTO change_subject VALUES('patient','01a20f19-7d53-72bd-8a82-e2ae8408c0c9',2);
INSERT INTO change_subject VALUES('patient','01a20f19-7d53-72bd-8a82-e2ae8408c0c9',4);
INSERT INTO change_subject VALUES('patient','01a20f19-7d58-7129-b281-1afa1fc47a51',2);
INSERT INTO change_subject VALUES('patient','01a20f19-7d58-7129-b281-1afa1fc47a51',6);
INSERT INTO change_subject VALUES('product','01a20f19-7d50-725b-adad-77e20020393e',2);
INSERT INTO change_subject VALUES('product','01a20f19-7d53-72bd-8a82-e2adbdd0b7aa',2);
INSERT INTO change_subject VALUES('registry','01a20f19-7d14-70f2-a27d-0f88cdad3aff',1);
INSERT INTO change_subject VALUES('report','01a20f19-7d50-725b-adad-77e0093c3595',2);
INSERT INTO change_subject VALUES('report','01a20f19-7d50-725b-adad-77e0093c3595',8);
INSERT INTO change_subject VALUES('report','01a20f19-7d52-7276-b1a9-33d48e9347bc',2);
CREATE TABLE answer (
    id       INTEGER PRIMARY KEY,
    uuid     TEXT NOT NULL UNIQUE,
    finding  TEXT NOT NULL UNIQUE, -- as `check` prints it
    rule     TEXT NOT NULL,
    place    TEXT NOT NULL,        -- the record, in words
    evidence TEXT NOT NULL,        -- what was found
    made_by  TEXT NOT NULL,
    reason   TEXT NOT NULL CHECK (reason <> '')
) STRICT;
INSERT INTO answer VALUES(1,'01a20f1a-03c0-760f-8ee0-97a9b34e9fe5','761e8633','tenfold-step','huang-2025/1, AFP, visits W4 to W12','33 at W4, 3.2 at W12: 10.3 times','tester','read again');
CREATE TABLE lock (
    id       INTEGER PRIMARY KEY,
    uuid     TEXT NOT NULL UNIQUE,
    noun     TEXT NOT NULL CHECK (noun IN ('registry', 'report', 'patient')),
    subject  TEXT NOT NULL, -- uuid of what is locked
    key      TEXT NOT NULL, -- its key, for messages
    made_by  TEXT NOT NULL,
    reason   TEXT NOT NULL CHECK (reason <> ''),
    UNIQUE (noun, subject)
) STRICT;
INSERT INTO lock VALUES(1,'01a20f1a-03e3-73c7-93c8-a70b7c2bdb18','report','01a20f19-7d50-725b-adad-77e0093c3595','huang-2025','tester','published');
CREATE TABLE analyte_alias (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    alias      TEXT NOT NULL UNIQUE CHECK (alias <> ''), -- small letters and digits only
    PRIMARY KEY (analyte_id, alias)
) STRICT, WITHOUT ROWID;
CREATE TABLE analyte_unit (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    position   INTEGER NOT NULL CHECK (position >= 0),
    spelled    TEXT NOT NULL,
    ucum       TEXT NOT NULL,
    slope      REAL NOT NULL CHECK (slope <> 0),
    intercept  REAL NOT NULL,
    decimals   INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    basis      TEXT NOT NULL, -- where slope and intercept come from
    PRIMARY KEY (analyte_id, position),
    UNIQUE (analyte_id, spelled)
) STRICT, WITHOUT ROWID;
INSERT INTO analyte_unit VALUES(10001,0,'mg/L','mg/L',1.0,0.0,1,'the canonical unit');
CREATE TABLE merged_change (
    id        INTEGER PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    number    INTEGER NOT NULL, -- in its own log
    body      TEXT NOT NULL CHECK (json_valid(body)),
    change_id INTEGER NOT NULL -- the merge that brought it here
              REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO merged_change VALUES(1,'d1b6be978cd2bb701fcb7c75cc223eee89359210b5442c039ceb0de51f9b9bf0',6,'{"number":6,"previous":"58a594920c1ba60e22ff04860a705c83e52b75d0f8feadc87c6e62ddc1206299","at":"2026-11-24T19:48:12Z","actor":"other","command":"patient edit simulated-3/2","reason":"chart","program":"casebook 0.1.0","rows":[{"action":"edit","noun":"patient","key":"simulated-3/2","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"before":{"key":"simulated-3/2","reports":["simulated-3"],"sex":"male","age_years":64.0,"diagnosis":"T2DM","diabetes_duration_years":19.0,"follow_up_days":84,"note":"Asked for events by telephone, not seen again."},"after":{"key":"simulated-3/2","reports":["simulated-3"],"sex":"male","age_years":64.0,"diagnosis":"T2DM","diabetes_duration_years":19.0,"follow_up_days":84,"attributes":{"arm":"placebo"},"note":"Asked for events by telephone, not seen again."}}]}',6);
INSERT INTO merged_change VALUES(2,'e2f39c1d3d2b490592e9d876356eda7e512083920533544f52c9ce5701b18aa6',7,'{"number":7,"previous":"d1b6be978cd2bb701fcb7c75cc223eee89359210b5442c039ceb0de51f9b9bf0","at":"2026-11-24T19:48:12Z","actor":"other","command":"measurement add simulated-3/2 W0","reason":null,"program":"casebook 0.1.0","rows":[{"action":"add","noun":"measurement","key":"simulated-3/2 W0 adipo","of":{"noun":"patient","uuid":"01a20f19-7d58-7129-b281-1afa1fc47a51"},"after":{"analyte":"adipo","status":"measured","printed":"7.1","unit":{"printed":"mg/L","ucum":"mg/L","slope":1.0,"intercept":0.0,"basis":"the canonical unit"},"value":7.1}}]}',6);
CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    change_id    INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    noun         TEXT NOT NULL CHECK (noun IN ('patient', 'visit', 'measurement')),
    records      INTEGER NOT NULL CHECK (records > 0),
    fingerprints BLOB NOT NULL, -- four bytes for each line, so that an altered one can be named
    CHECK (length(fingerprints) = 4 * records)
) STRICT;
CREATE TABLE IF NOT EXISTS "measurement" (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    visit_id   INTEGER NOT NULL REFERENCES visit (id) ON DELETE RESTRICT,
    replicate  INTEGER NOT NULL DEFAULT 0 CHECK (replicate BETWEEN 0 AND 255),
    value      REAL,             -- the one in force, in the analyte's canonical unit: the printed one, or that of an
                                 -- accepted reading; the limit itself when below or above it
    status     INTEGER NOT NULL CHECK (status BETWEEN 1 AND 8), -- measurement_status.id
    printed    TEXT,             -- the number or words as printed
    comparator TEXT CHECK (comparator = '<' OR comparator = '<=' OR comparator = '>' OR comparator = '>='),
    unit_id    INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT, -- NULL: no unit was printed
    limits_id  INTEGER REFERENCES reference_limits (id) ON DELETE RESTRICT,
    source_id  INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    -- The batch it was logged in; NULL: it has an entry of its own. Not a foreign key, because looking it up
    -- would cost an import more than the log does; `verify` looks for it.
    batch_id   INTEGER,
    PRIMARY KEY (analyte_id, visit_id, replicate),
    CHECK ((status <= 3 OR status = 8) = (printed IS NOT NULL)),
    CHECK ((comparator IS NOT NULL) = (status = 2 OR status = 3))
) STRICT, WITHOUT ROWID;
INSERT INTO measurement VALUES(1,1,0,NULL,6,NULL,NULL,NULL,NULL,4,NULL);
INSERT INTO measurement VALUES(1,2,0,NULL,6,NULL,NULL,NULL,NULL,4,NULL);
INSERT INTO measurement VALUES(1,3,0,NULL,6,NULL,NULL,NULL,NULL,4,NULL);
INSERT INTO measurement VALUES(1,4,0,69.392216878006124148,1,'8.5',NULL,1,NULL,NULL,NULL);
INSERT INTO measurement VALUES(1,5,0,NULL,6,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO measurement VALUES(1,6,0,55.181460428508970041,1,'7.2',NULL,1,NULL,NULL,NULL);
INSERT INTO measurement VALUES(1,7,0,60.647135986007867812,1,'7.7',NULL,1,NULL,NULL,NULL);
INSERT INTO measurement VALUES(1,8,0,82.509838216003487335,1,'9.7',NULL,1,NULL,NULL,NULL);
INSERT INTO measurement VALUES(2,1,0,NULL,6,NULL,NULL,NULL,NULL,5,NULL);
INSERT INTO measurement VALUES(2,2,0,NULL,6,NULL,NULL,NULL,NULL,5,NULL);
INSERT INTO measurement VALUES(2,3,0,NULL,6,NULL,NULL,NULL,NULL,5,NULL);
INSERT INTO measurement VALUES(2,4,0,8.0999999999999996447,1,'8.1',NULL,2,NULL,NULL,NULL);
INSERT INTO measurement VALUES(2,5,0,7.7999999999999998223,1,'7.8',NULL,2,NULL,NULL,NULL);
INSERT INTO measurement VALUES(2,6,0,6.7000000000000001776,1,'6.7',NULL,2,NULL,NULL,NULL);
INSERT INTO measurement VALUES(2,7,0,7.0,1,'7.0',NULL,2,NULL,NULL,NULL);
INSERT INTO measurement VALUES(2,8,0,9.9000000000000003552,1,'9.9',NULL,2,NULL,NULL,NULL);
INSERT INTO measurement VALUES(5,4,0,11.400000000000000355,1,'11.4',NULL,3,NULL,NULL,NULL);
INSERT INTO measurement VALUES(5,6,0,10.400000000000000355,1,'10.4',NULL,3,NULL,20,NULL);
INSERT INTO measurement VALUES(5,8,0,13.30000000000000071,1,'13.3',NULL,3,NULL,NULL,NULL);
INSERT INTO measurement VALUES(6,1,0,NULL,6,NULL,NULL,NULL,NULL,7,NULL);
INSERT INTO measurement VALUES(6,2,0,NULL,6,NULL,NULL,NULL,NULL,7,NULL);
INSERT INTO measurement VALUES(6,3,0,NULL,6,NULL,NULL,NULL,NULL,7,NULL);
INSERT INTO measurement VALUES(6,4,0,0.36999999999999999555,1,'0.37',NULL,4,NULL,NULL,NULL);
INSERT INTO measurement VALUES(6,5,0,0.38000000000000000444,1,'0.38',NULL,4,NULL,NULL,NULL);
INSERT INTO measurement VALUES(6,6,0,0.40999999999999997557,1,'0.41',NULL,4,NULL,NULL,NULL);
INSERT INTO measurement VALUES(6,8,0,0.53000000000000002664,1,'0.53',NULL,4,NULL,NULL,NULL);
INSERT INTO measurement VALUES(8,4,0,0.70999999999999996447,1,'0.71',NULL,5,NULL,NULL,NULL);
INSERT INTO measurement VALUES(8,5,0,NULL,6,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO measurement VALUES(8,6,0,0.79000000000000003552,1,'0.79',NULL,5,NULL,NULL,NULL);
INSERT INTO measurement VALUES(8,8,0,0.98999999999999999111,1,'0.99',NULL,5,NULL,NULL,NULL);
INSERT INTO measurement VALUES(9,4,0,40.20000000000000284,1,'6.7',NULL,6,NULL,NULL,NULL);
INSERT INTO measurement VALUES(9,6,0,33.599999999999994315,1,'5.6',NULL,6,NULL,NULL,NULL);
INSERT INTO measurement VALUES(9,8,0,75.599999999999994313,1,'12.6',NULL,6,NULL,NULL,NULL);
INSERT INTO measurement VALUES(15,4,0,20.0,1,'20',NULL,8,NULL,NULL,NULL);
INSERT INTO measurement VALUES(15,5,0,21.0,1,'21',NULL,8,NULL,NULL,NULL);
INSERT INTO measurement VALUES(15,6,0,18.0,1,'18',NULL,8,NULL,NULL,NULL);
INSERT INTO measurement VALUES(15,8,0,37.0,1,'37',NULL,8,NULL,NULL,NULL);
INSERT INTO measurement VALUES(28,1,0,NULL,1,'34',NULL,NULL,NULL,11,NULL);
INSERT INTO measurement VALUES(28,2,0,NULL,1,'33',NULL,NULL,NULL,12,NULL);
INSERT INTO measurement VALUES(28,3,0,NULL,1,'3.2',NULL,NULL,NULL,13,NULL);
INSERT INTO measurement VALUES(29,1,0,NULL,1,'35',NULL,NULL,NULL,11,NULL);
INSERT INTO measurement VALUES(29,2,0,NULL,1,'3.6',NULL,NULL,NULL,12,NULL);
INSERT INTO measurement VALUES(29,3,0,NULL,1,'3.8',NULL,NULL,NULL,13,NULL);
INSERT INTO measurement VALUES(30,1,0,NULL,1,'29.8',NULL,NULL,NULL,11,NULL);
INSERT INTO measurement VALUES(30,2,0,NULL,1,'18.2',NULL,NULL,NULL,12,NULL);
INSERT INTO measurement VALUES(30,3,0,NULL,1,'16.6',NULL,NULL,NULL,13,NULL);
INSERT INTO measurement VALUES(40,4,0,70.299999999999997156,1,'70.3',NULL,9,NULL,NULL,NULL);
INSERT INTO measurement VALUES(40,6,0,69.499999999999999998,1,'69.5',NULL,9,NULL,NULL,NULL);
INSERT INTO measurement VALUES(40,7,0,69.400000000000005686,1,'69.4',NULL,9,NULL,NULL,NULL);
INSERT INTO measurement VALUES(40,8,0,87.400000000000005687,1,'87.4',NULL,9,NULL,NULL,NULL);
INSERT INTO measurement VALUES(51,1,0,NULL,6,NULL,NULL,NULL,NULL,6,NULL);
INSERT INTO measurement VALUES(51,2,0,NULL,6,NULL,NULL,NULL,NULL,6,NULL);
INSERT INTO measurement VALUES(51,3,0,NULL,6,NULL,NULL,NULL,NULL,6,NULL);
INSERT INTO measurement VALUES(52,1,0,NULL,6,NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO measurement VALUES(52,2,0,NULL,6,NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO measurement VALUES(52,3,0,NULL,6,NULL,NULL,NULL,NULL,8,NULL);
INSERT INTO measurement VALUES(53,1,0,NULL,6,NULL,NULL,NULL,NULL,10,NULL);
INSERT INTO measurement VALUES(53,2,0,NULL,6,NULL,NULL,NULL,NULL,10,NULL);
INSERT INTO measurement VALUES(53,3,0,NULL,6,NULL,NULL,NULL,NULL,10,NULL);
INSERT INTO measurement VALUES(53,4,0,2.4100000000000001421,1,'2.41',NULL,7,NULL,NULL,NULL);
INSERT INTO measurement VALUES(53,6,0,1.6699999999999999289,1,'1.67',NULL,7,NULL,NULL,NULL);
INSERT INTO measurement VALUES(53,8,0,5.5400000000000000355,1,'5.54',NULL,7,NULL,NULL,NULL);
INSERT INTO measurement VALUES(54,1,0,NULL,6,NULL,NULL,NULL,NULL,9,NULL);
INSERT INTO measurement VALUES(54,2,0,NULL,6,NULL,NULL,NULL,NULL,9,NULL);
INSERT INTO measurement VALUES(54,3,0,NULL,6,NULL,NULL,NULL,NULL,9,NULL);
INSERT INTO measurement VALUES(10001,8,0,7.0999999999999996447,1,'7.1',NULL,10,NULL,NULL,NULL);
CREATE INDEX source_by_report ON source (report_id);
CREATE INDEX patient_by_report ON patient_report (report_id, patient_id);
CREATE INDEX reference_limits_by_analyte ON reference_limits (analyte_id, low_printed, high_printed);
CREATE INDEX reading_by_measurement ON reading (analyte_id, visit_id, replicate);
CREATE INDEX statement_by_patient ON statement (patient_id);
CREATE INDEX statement_by_visit ON statement (visit_id);
CREATE INDEX adverse_event_by_patient ON adverse_event (patient_id);
CREATE INDEX adverse_event_by_infusion ON adverse_event (infusion_id);
CREATE INDEX medication_by_patient ON medication (patient_id);
CREATE TRIGGER change_is_never_edited BEFORE UPDATE ON change
BEGIN SELECT RAISE(ABORT, 'the change log is never edited'); END;
CREATE TRIGGER change_is_never_removed BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'the change log is never shortened'); END;
CREATE VIEW patients AS
SELECT p.key AS patient, r.key AS report, r.kind AS report_kind,
       CASE r.simulated WHEN 1 THEN 'yes' ELSE 'no' END AS simulated,
       p.sex, p.age_years, p.birth_year, p.diagnosis, p.diabetes_duration_years, p.height_cm, p.follow_up_days,
       (SELECT count(*) FROM infusion i WHERE i.patient_id = p.id) AS infusions,
       (SELECT sum(i.cells) FROM infusion i WHERE i.patient_id = p.id) AS known_cells,
       (SELECT count(*) FROM visit v WHERE v.patient_id = p.id) AS visits,
       (SELECT count(*) FROM adverse_event e WHERE e.patient_id = p.id) AS adverse_events,
       r.adverse_events AS report_on_adverse_events,
       p.note
  FROM patient p
  LEFT JOIN patient_report pr ON pr.patient_id = p.id AND pr.first = 1
  LEFT JOIN report r ON r.id = pr.report_id
 ORDER BY p.id;
CREATE VIEW measurements AS
SELECT p.key AS patient, v.label AS visit, v.day, v.day_basis, v.date,
       a.key AS analyte, a.name AS analyte_name, s.name AS status,
       m.printed, u.printed AS printed_unit, m.value, a.canonical_unit AS unit, u.basis AS conversion,
       l.low_printed AS lower_limit, l.high_printed AS upper_limit,
       (SELECT group_concat(g.printed || ' (' || g.standing || ' by ' || g.made_by || ': ' || g.reason || ')', '; ')
          FROM reading g WHERE g.analyte_id = m.analyte_id AND g.visit_id = m.visit_id
           AND g.replicate = m.replicate) AS other_readings,
       c.place AS source, c.method AS source_method, c.quote
  FROM measurement m
  JOIN analyte a ON a.id = m.analyte_id
  JOIN visit v ON v.id = m.visit_id
  JOIN patient p ON p.id = v.patient_id
  JOIN measurement_status s ON s.id = m.status
  LEFT JOIN reported_unit u ON u.id = m.unit_id
  LEFT JOIN reference_limits l ON l.id = m.limits_id
  LEFT JOIN source c ON c.id = m.source_id;
CREATE VIEW infusions AS
SELECT p.key AS patient, i.number, i.day, i.date, d.key AS product, d.cell_type, d.tissue, i.route, i.delivery_site,
       i.cells, i.cells_per_kg, i.dose_printed, i.volume_ml, i.viability_percent, i.passage, i.premedication, i.note
  FROM infusion i
  JOIN patient p ON p.id = i.patient_id
  LEFT JOIN product d ON d.id = i.product_id
 ORDER BY p.id, i.number;
CREATE INDEX merged_change_by_change ON merged_change (change_id);
CREATE TRIGGER merged_change_is_never_edited BEFORE UPDATE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never edited'); END;
CREATE TRIGGER merged_change_is_never_removed BEFORE DELETE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never shortened'); END;
CREATE INDEX batch_by_change ON batch (change_id);
CREATE VIEW attributes AS
SELECT p.key AS patient, a.key AS attribute, a.label, a.kind, v.value
  FROM patient_attribute v
  JOIN patient p ON p.id = v.patient_id
  JOIN attribute a ON a.id = v.attribute_id
 ORDER BY p.id, a.key;
COMMIT;
