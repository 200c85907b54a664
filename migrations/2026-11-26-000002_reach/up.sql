-- what one person or one group was given, without looking at what others were
CREATE INDEX environment_roles_person ON environment_roles (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX environment_roles_group ON environment_roles (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX host_roles_person ON host_roles (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX host_roles_group ON host_roles (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX shares_person ON shares (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX shares_group ON shares (group_id) WHERE group_id IS NOT NULL;
